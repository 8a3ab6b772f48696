from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine, Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from typing import Any, cast

import httpx
import pytest

from api.errors import BUSY, TOO_LATE
from api.http.errors import Refused
from api.http.serving.admission import AdmissionQueue, Load
from assistant.ask import Assistant
from assistant.settings import LoadOptions, Settings
from index.retriever import RetrievalResult
from tests.api.conftest import serving
from tests.api.examples import hit
from tests.api.http.streams import Slow, events_of
from tests.api.http.test_errors import assert_is_problem
from tests.api.http.test_streaming import stream
from tests.assistant.evidence import make_article

NARROW = LoadOptions(read_at_once=1, at_once=2, most_waiting=1)


def with_turns(options: LoadOptions, use: Callable[[AdmissionQueue], Coroutine[Any, Any, None]]) -> None:
    async def run() -> None:
        with closing(AdmissionQueue(options)) as admission:
            await use(admission)

    asyncio.run(run())


class Gate:
    """Work that waits in its thread until it is let through."""

    def __init__(self) -> None:
        self.open = threading.Event()
        self.closed = threading.Event()

    def before_anything(self) -> Generator[str]:
        try:
            self.open.wait()
            yield "read"
        finally:
            self.closed.set()

    def after_the_first(self) -> Generator[str]:
        yield "read"
        self.open.wait()
        yield "written"


async def until(admission: AdmissionQueue, load: Load) -> None:
    while admission.load() != load:
        await asyncio.sleep(0.001)


def test_what_comes_when_all_places_are_taken_waits_and_what_comes_after_is_refused() -> None:
    async def use(admission: AdmissionQueue) -> None:
        gate = Gate()
        reading = asyncio.create_task(admission.run_to_last(gate.before_anything()))
        await until(admission, Load(waiting=0, reading=1, writing=0))
        waiting = asyncio.create_task(admission.run(lambda: "answered"))
        await until(admission, Load(waiting=1, reading=1, writing=0))

        with pytest.raises(Refused) as refused:
            await admission.run(lambda: "never")

        assert refused.value.problem is BUSY
        gate.open.set()
        assert (await reading, await waiting) == ("read", "answered")
        await until(admission, Load(waiting=0, reading=0, writing=0))

    with_turns(NARROW, use)


def test_an_answer_that_is_being_written_holds_up_no_question() -> None:
    async def use(admission: AdmissionQueue) -> None:
        gate = Gate()
        async with await admission.start(gate.after_the_first()) as feed:
            await until(admission, Load(waiting=0, reading=0, writing=1))

            assert await admission.run(lambda: "answered") == "answered"

            gate.open.set()
            assert [event async for event in feed] == ["read", "written"]

    with_turns(NARROW, use)


@pytest.mark.parametrize("stage", ["wait_seconds", "read_seconds", "answer_seconds"])
def test_no_stage_takes_longer_than_it_may(stage: str) -> None:
    async def use(admission: AdmissionQueue) -> None:
        gate = Gate()
        if stage == "wait_seconds":
            asyncio.create_task(admission.run_to_last(gate.before_anything()))  # noqa: RUF006  # ends when the gate opens
            await until(admission, Load(waiting=0, reading=1, writing=0))
        work = gate.after_the_first() if stage == "answer_seconds" else gate.before_anything()

        with pytest.raises(Refused) as refused:
            await admission.run_to_last(work)

        assert refused.value.problem is TOO_LATE
        gate.open.set()
        await until(admission, Load(waiting=0, reading=0, writing=0))
        assert await admission.run(lambda: "answered") == "answered"

    with_turns(replace(NARROW, **{stage: 0.05}), use)


def test_who_leaves_while_waiting_costs_nothing() -> None:
    async def use(admission: AdmissionQueue) -> None:
        gate, begun = Gate(), threading.Event()
        reading = asyncio.create_task(admission.run_to_last(gate.before_anything()))
        await until(admission, Load(waiting=0, reading=1, writing=0))
        leaving = asyncio.create_task(admission.run(begun.set))
        await until(admission, Load(waiting=1, reading=1, writing=0))

        leaving.cancel()
        await until(admission, Load(waiting=0, reading=1, writing=0))
        gate.open.set()
        await reading
        await until(admission, Load(waiting=0, reading=0, writing=0))

        assert not begun.is_set()

    with_turns(NARROW, use)


def test_work_that_comes_too_late_is_closed_once_it_can_be() -> None:
    async def use(admission: AdmissionQueue) -> None:
        gate = Gate()
        with pytest.raises(Refused):
            await admission.start(gate.before_anything())
        gate.open.set()
        assert await asyncio.to_thread(gate.closed.wait, 30)

    with_turns(replace(NARROW, read_seconds=0.05), use)


def test_a_full_service_says_when_to_come_back_and_that_it_lives(settings: Settings) -> None:
    narrow = settings.model_copy(update={"load": replace(NARROW, at_once=1)})
    slow = Slow()
    with serving(cast(Assistant, slow), narrow) as url, ThreadPoolExecutor(8) as executor:
        futures = [executor.submit(httpx.post, f"{url}/v1/ask", json={"question": "a"}, timeout=60) for _ in range(8)]
        slow.begun.wait()
        assert httpx.get(f"{url}/healthz").json() == {"status": "alive"}
        while sum(future.done() for future in futures) < 6:
            pass
        slow.go_on.set()
        responses = [future.result() for future in futures]

    refused = [response for response in responses if response.status_code != 200]
    assert len(refused) == 6
    for response in refused:
        assert_is_problem(response, 503, "busy")
        assert response.headers["Retry-After"] == "1"


class FindingSlow(Slow):
    """Finds at once, and answers slowly."""

    def retrieve(self, *_: object, **__: object) -> RetrievalResult:
        return RetrievalResult((hit(make_article("Chips are scarce.")),), "g-1", fallback=False)


def test_readiness_waits_for_no_turn(settings: Settings) -> None:
    full = replace(settings.load, read_at_once=1, at_once=1, most_waiting=1)
    slow = FindingSlow()
    with (
        serving(cast(Assistant, slow), settings.model_copy(update={"load": full})) as url,
        httpx.Client(base_url=url, timeout=60) as client,
        ThreadPoolExecutor(2) as executor,
    ):
        asked = [executor.submit(client.post, "/v1/ask", json={"question": "a"}) for _ in range(2)]
        assert client.get("/readyz").status_code == 200
        slow.go_on.set()
        assert {one.result().status_code for one in asked} <= {200, 503}


def test_five_hundred_streams_at_once_all_end_well(settings: Settings) -> None:
    patient = replace(settings.load, most_waiting=500, wait_seconds=600, answer_seconds=600)
    quick = Slow()
    quick.go_on.set()

    async def ask_all(url: str) -> list[str]:
        limits = httpx.Limits(max_connections=500)
        async with httpx.AsyncClient(base_url=url, timeout=600, limits=limits) as many:
            asked = [many.post("/v1/ask", json={"question": "a", "stream": True}) for _ in range(500)]
            return [response.text for response in await asyncio.gather(*asked)]

    with serving(cast(Assistant, quick), settings.model_copy(update={"load": patient})) as url:
        texts = asyncio.run(ask_all(url))

    names = {tuple(event.name for event in events_of(text.splitlines())) for text in texts}
    assert names == {("answer.started", "sources", "answer.completed")}


def test_questions_at_the_same_time_get_their_own_answers(client: httpx.Client) -> None:
    questions = ["what does China say about semiconductors?", "Who spoke in Shanghai?", "what does the US plan say?"]
    alone = [stream(client, question)[-1].data["answer"] for question in questions]

    with ThreadPoolExecutor(6) as executor:
        together = list(executor.map(lambda question: stream(client, question)[-1].data["answer"], questions * 2))

    assert together == alone * 2

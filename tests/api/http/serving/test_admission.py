from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine, Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from time import monotonic
from typing import Any, cast

import httpx
import pytest

from api.http.refused import Refused
from api.http.serving.admission import AdmissionQueue, Load
from api.problems import BUSY, TOO_LATE, Problem
from assistant.ask import Assistant
from assistant.language_models.hanging_up import check_that_somebody_waits
from assistant.settings import LoadOptions, Settings
from index.live import Progress
from index.retriever import RetrievalResult
from tests.api.conftest import serving
from tests.api.examples import hit
from tests.api.http.streams import Slow, events_of
from tests.api.http.test_error_handlers import assert_is_problem
from tests.api.http.test_streaming import stream
from tests.assistant.evidence import make_article

NARROW = LoadOptions(read_at_once=1, at_once=2, wait_seconds=25.0)


class Clock:
    """Seconds that pass when they are told to."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


def with_turns(
    options: LoadOptions,
    use: Callable[[AdmissionQueue], Coroutine[Any, Any, None]],
    clock: Callable[[], float] = monotonic,
) -> None:
    async def run() -> None:
        with closing(AdmissionQueue(options, clock)) as admission:
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


async def prepared_in(admission: AdmissionQueue, clock: Clock, seconds: float) -> None:
    """Have one question prepared, in so many seconds of the clock."""
    gate = Gate()
    asked = asyncio.create_task(admission.run_to_last(gate.before_anything()))
    await until(admission, Load(waiting=0, preparing=1, writing=0))
    clock.now += seconds
    gate.open.set()
    await asked
    await until(admission, Load(waiting=0, preparing=0, writing=0))


async def until(admission: AdmissionQueue, load: Load) -> None:
    while admission.load() != load:
        await asyncio.sleep(0.001)


@pytest.mark.parametrize(
    ("options", "seconds", "waiting"),
    [
        # One place is busy: whoever waits needs its own time and that of those before.
        ({"wait_seconds": 25.0}, 10.0, 1),
        ({"wait_seconds": 60.0}, 10.0, 5),
        ({"wait_seconds": 60.0, "read_at_once": 2}, 10.0, 10),
        ({"wait_seconds": 60.0}, 0.5, 119),
        # Longer than anybody may wait: only who finds a place free is let in.
        ({"wait_seconds": 5.0}, 10.0, 0),
    ],
)
def test_admission_as_many_wait_as_can_be_answered_in_time_and_the_next_is_refused_at_once(
    options: dict[str, Any], seconds: float, waiting: int
) -> None:
    clock = Clock()
    narrow = replace(NARROW, at_once=512, **options)

    async def use(admission: AdmissionQueue) -> None:
        for _ in range(3):
            await prepared_in(admission, clock, seconds)
        gate = Gate()
        places = narrow.read_at_once
        asked = [asyncio.create_task(admission.run_to_last(gate.before_anything())) for _ in range(places)]
        await until(admission, Load(waiting=0, preparing=places, writing=0))
        asked += [asyncio.create_task(admission.run(lambda: "answered")) for _ in range(waiting)]
        await until(admission, Load(waiting=waiting, preparing=places, writing=0))

        with pytest.raises(Refused) as refused:
            await admission.run(lambda: "never")

        assert refused.value.problem is BUSY
        assert (admission.shed_on_arrival, admission.shed_after_waiting) == (1, 0)
        gate.open.set()
        assert await asyncio.gather(*asked) == ["read"] * places + ["answered"] * waiting
        await until(admission, Load(waiting=0, preparing=0, writing=0))

    with_turns(narrow, use, clock)


def test_admission_who_is_refused_is_told_when_there_is_room_each_a_little_later() -> None:
    clock = Clock()

    async def use(admission: AdmissionQueue) -> None:
        await prepared_in(admission, clock, 10.0)
        gate = Gate()
        asked = [asyncio.create_task(admission.run_to_last(gate.before_anything()))]
        asked.append(asyncio.create_task(admission.run(lambda: "answered")))
        await until(admission, Load(waiting=1, preparing=1, writing=0))

        # 10 s until the first is done, 10 for the second, 10 for one's own: 5 more than one may wait.
        assert [await _told(admission) for _ in range(4)] == ["15", "25", "30", "30"]

        clock.now += 30.0
        gate.open.set()
        await asyncio.gather(*asked)

    async def _told(admission: AdmissionQueue) -> str:
        with pytest.raises(Refused) as refused:
            await admission.run(lambda: "never")
        return (refused.value.headers or {})["Retry-After"]

    with_turns(NARROW, use, clock)


def test_admission_what_suddenly_takes_longer_is_seen_before_it_has_ended() -> None:
    clock = Clock()

    async def use(admission: AdmissionQueue) -> None:
        await prepared_in(admission, clock, 1.0)
        gate = Gate()
        asked = asyncio.create_task(admission.run_to_last(gate.before_anything()))
        await until(admission, Load(waiting=0, preparing=1, writing=0))
        clock.now += 20.0

        with pytest.raises(Refused):
            await admission.run(lambda: "never")

        gate.open.set()
        await asked

    with_turns(NARROW, use, clock)


def test_admission_quick_ones_do_not_make_it_promise_what_slow_ones_cannot_keep() -> None:
    clock = Clock()

    async def use(admission: AdmissionQueue) -> None:
        for seconds in (10.0, *([0.0] * 10)):
            await prepared_in(admission, clock, seconds)
        gate = Gate()
        asked = [asyncio.create_task(admission.run_to_last(gate.before_anything())) for _ in range(2)]
        await until(admission, Load(waiting=1, preparing=1, writing=0))
        asked += [asyncio.create_task(admission.run_to_last(gate.before_anything()))]
        await until(admission, Load(waiting=2, preparing=1, writing=0))

        with pytest.raises(Refused):
            await admission.run(lambda: "never")

        gate.open.set()
        await asyncio.gather(*asked)

    with_turns(replace(NARROW, at_once=512), use, clock)


def test_admission_many_that_are_written_make_the_next_wait_for_their_time() -> None:
    clock = Clock()

    async def use(admission: AdmissionQueue) -> None:
        gates = [Gate() for _ in range(3)]
        for gate in gates:
            asked = asyncio.create_task(admission.run_to_last(gate.after_the_first()))
            await until(admission, Load(waiting=0, preparing=0, writing=1))
            clock.now += 40.0
            gate.open.set()
            await asked
            await until(admission, Load(waiting=0, preparing=0, writing=0))
        gate = Gate()
        writing = [asyncio.create_task(admission.run_to_last(gate.after_the_first())) for _ in range(2)]
        await until(admission, Load(waiting=0, preparing=0, writing=2))
        waiting = asyncio.create_task(admission.run(lambda: "answered"))  # the next of two ends in 20 s
        await until(admission, Load(waiting=1, preparing=0, writing=2))

        with pytest.raises(Refused):
            await admission.run(lambda: "never")

        gate.open.set()
        await asyncio.gather(*writing, waiting)

    with_turns(NARROW, use, clock)


def test_admission_an_answer_that_is_being_written_holds_up_no_question() -> None:
    async def use(admission: AdmissionQueue) -> None:
        gate = Gate()
        async with await admission.start(gate.after_the_first()) as feed:
            await until(admission, Load(waiting=0, preparing=0, writing=1))

            assert await admission.run(lambda: "answered") == "answered"

            gate.open.set()
            assert [event async for event in feed] == ["read", "written"]

    with_turns(NARROW, use)


@pytest.mark.parametrize(
    ("stage", "problem"), [("wait_seconds", BUSY), ("read_seconds", TOO_LATE), ("answer_seconds", TOO_LATE)]
)
def test_admission_no_stage_takes_longer_than_it_may(stage: str, problem: Problem) -> None:
    async def use(admission: AdmissionQueue) -> None:
        gate = Gate()
        if stage == "wait_seconds":
            asyncio.create_task(admission.run_to_last(gate.before_anything()))  # noqa: RUF006  # ends when the gate opens
            await until(admission, Load(waiting=0, preparing=1, writing=0))
        work = gate.after_the_first() if stage == "answer_seconds" else gate.before_anything()

        with pytest.raises(Refused) as refused:
            await admission.run_to_last(work)

        assert refused.value.problem is problem
        gate.open.set()
        await until(admission, Load(waiting=0, preparing=0, writing=0))
        assert await admission.run(lambda: "answered") == "answered"

    with_turns(replace(NARROW, **{stage: 0.6 if stage == "wait_seconds" else 0.05}), use)


def test_admission_who_leaves_while_waiting_costs_nothing() -> None:
    async def use(admission: AdmissionQueue) -> None:
        gate, begun = Gate(), threading.Event()
        reading = asyncio.create_task(admission.run_to_last(gate.before_anything()))
        await until(admission, Load(waiting=0, preparing=1, writing=0))
        leaving = asyncio.create_task(admission.run(begun.set))
        await until(admission, Load(waiting=1, preparing=1, writing=0))

        leaving.cancel()
        await until(admission, Load(waiting=0, preparing=1, writing=0))
        gate.open.set()
        await reading
        await until(admission, Load(waiting=0, preparing=0, writing=0))

        assert not begun.is_set()

    with_turns(NARROW, use)


def test_admission_work_that_comes_too_late_is_closed_once_it_can_be() -> None:
    async def use(admission: AdmissionQueue) -> None:
        gate = Gate()
        with pytest.raises(Refused):
            await admission.start(gate.before_anything())
        gate.open.set()
        assert await asyncio.to_thread(gate.closed.wait, 30)

    with_turns(replace(NARROW, read_seconds=0.05), use)


def test_admission_who_leaves_is_waited_for_by_no_language_model() -> None:
    asked, ended = threading.Event(), threading.Event()

    def asks_a_model() -> Generator[str]:
        yield "first"
        asked.set()
        try:
            while not ended.wait(0.01):
                check_that_somebody_waits()
        finally:
            ended.set()

    async def leave(admission: AdmissionQueue) -> None:
        async with await admission.start(asks_a_model()):
            assert await asyncio.to_thread(asked.wait, 20.0)
        assert await asyncio.to_thread(ended.wait, 20.0)

    with_turns(NARROW, leave)


def test_admission_a_full_service_says_when_to_come_back_and_that_it_lives(settings: Settings) -> None:
    # A first guess of .25 s: one is served, two may wait.
    narrow = settings.model_copy(update={"load": LoadOptions(read_at_once=1, at_once=1, wait_seconds=0.8)})
    slow = Slow()
    with serving(cast(Assistant, slow), narrow) as url, ThreadPoolExecutor(8) as executor:
        futures = [executor.submit(httpx.post, f"{url}/v1/ask", json={"question": "a"}, timeout=60) for _ in range(8)]
        slow.begun.wait()
        assert httpx.get(f"{url}/healthz", timeout=60).json() == {"status": "alive"}
        while sum(future.done() for future in futures) < 7:
            pass
        slow.go_on.set()
        responses = [future.result() for future in futures]

    refused = [response for response in responses if response.status_code != 200]
    assert len(refused) == 7
    for response in refused:
        assert_is_problem(response, 503, "busy")
        assert int(response.headers["Retry-After"]) >= 1


class FindingSlow(Slow):
    """Finds at once, and answers slowly."""

    def retrieve(self, *_: object, **__: object) -> RetrievalResult:
        return RetrievalResult((hit(make_article("Chips are scarce.")),), "g-1", fallback=False)

    def index_progress(self) -> Progress:
        return Progress(1, 1)


def test_admission_readiness_waits_for_no_turn(settings: Settings) -> None:
    full = replace(settings.load, read_at_once=1, at_once=1)
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


def test_admission_five_hundred_streams_at_once_all_end_well(settings: Settings) -> None:
    patient = replace(settings.load, wait_seconds=600, answer_seconds=600)
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


def test_admission_questions_at_the_same_time_get_their_own_answers(client: httpx.Client) -> None:
    questions = ["what does China say about semiconductors?", "Who spoke in Shanghai?", "what does the US plan say?"]
    alone = [stream(client, question)[-1].data["answer"] for question in questions]

    with ThreadPoolExecutor(6) as executor:
        together = list(executor.map(lambda question: stream(client, question)[-1].data["answer"], questions * 2))

    assert together == alone * 2


def test_admission_queue_a_thread_that_cannot_be_started_takes_no_slot_for_good() -> None:
    async def use(admission: AdmissionQueue) -> None:
        usual = threading.stack_size(1 << 44)  # more than there is
        try:
            for _ in range(3):
                with pytest.raises(RuntimeError, match="start new thread"):
                    await admission.run(str)
        finally:
            threading.stack_size(usual)
        assert admission.load() == Load(0, 0, 0)
        assert await admission.run(str) == ""

    with_turns(NARROW, use)

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

import httpx
import pytest

from api.http.serving import sse
from assistant.ask import Assistant
from assistant.settings import Settings
from index.errors import EncoderMismatch
from tests.api.conftest import serving
from tests.api.examples import StandIn
from tests.api.http.streams import Endless, Received, Slow, events_of
from tests.api.http.test_error_handlers import SECRET, assert_is_problem

GOLD = Path(__file__).parents[3] / "corpus" / "gold.jsonl"
QUESTIONS = [json.loads(line)["question"] for line in GOLD.read_text(encoding="utf-8").splitlines()][::4]
QUESTION = "what does China say about semiconductors?"
OWN_TO_EACH_REQUEST = ("id", "created", "request_id", "timings_ms")


@contextmanager
def streaming(client: httpx.Client, question: str = QUESTION, **more: object) -> Iterator[httpx.Response]:
    with client.stream("POST", "/v1/ask", json={"question": question, "stream": True, **more}) as response:
        yield response


def stream(client: httpx.Client, question: str = QUESTION, **more: object) -> list[Received]:
    with streaming(client, question, **more) as response:
        assert response.status_code == 200
        assert response.headers["content-type"].startswith("text/event-stream")
        return list(events_of(response.iter_lines()))


def shared(answer: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in answer.items() if name not in OWN_TO_EACH_REQUEST}


@pytest.mark.parametrize("question", [*QUESTIONS[::2], "how do I bake sourdough bread?", "?!"])
def test_stream_ends_with_what_the_same_request_gives_without_one(client: httpx.Client, question: str) -> None:
    whole = client.post("/v1/ask", json={"question": question, "explain": True}).json()

    events = stream(client, question, explain=True)

    assert shared(events[-1].data) == shared(whole)
    assert [event.name for event in events[:2]] == ["answer.started", "sources"]
    assert [event.name for event in events].count("answer.completed") == 1
    assert [event.id for event in events] == [str(number) for number in range(1, len(events) + 1)]
    assert "".join(event.data["delta"] for event in events if event.name == "text.delta") == whole["answer"]["text"]
    assert [event.data["citation"] for event in events if event.name == "citation"] == whole["citations"]


def test_stream_begins_with_the_id_that_it_ends_with(client: httpx.Client) -> None:
    started, *_, completed = stream(client)

    assert list(started.data) == ["id", "mode", "index_generation", "seq"]
    assert started.data["id"] == completed.data["id"]
    assert started.data["index_generation"] == completed.data["index_generation"]
    assert started.data["seq"] == 1


def test_stream_sources_are_told_before_anything_is_cited(client: httpx.Client) -> None:
    _, found, *_, completed = stream(client)

    told = {source["id"]: source for source in found.data["sources"]}
    assert [(source["number"], source["cited"]) for source in told.values()] == [(None, None)] * len(told)
    assert told == {source["id"]: {**source, "number": None, "cited": None} for source in completed.data["sources"]}


def test_stream_a_citation_comes_once_its_sentence_is_there(client: httpx.Client) -> None:
    text = ""
    for event in stream(client):
        if event.name == "text.delta":
            text += event.data["delta"]
        elif event.name == "citation":
            span = event.data["citation"]["answer_span"]
            assert text[span["start"] : span["end"]] == event.data["citation"]["quote"]
            assert span["end"] == len(text)


def test_stream_what_is_wrong_with_the_question_is_told_before_a_stream_begins(client: httpx.Client) -> None:
    blank = client.post("/v1/ask", json={"question": " ", "stream": True})
    no_model = client.post("/v1/ask", json={"question": SECRET, "stream": True, "mode": "generative"})

    assert_is_problem(blank, 422, "bad_question")
    assert_is_problem(no_model, 422, "mode_unavailable")


def test_stream_what_is_wrong_inside_is_told_before_a_stream_begins(settings: Settings) -> None:
    class Broken(StandIn):
        def stream(self, *_: object, **__: object) -> Iterator[None]:
            raise EncoderMismatch(SECRET)
            yield

    with serving(cast(Assistant, Broken()), settings) as url, httpx.Client(base_url=url, timeout=60) as client:
        assert_is_problem(client.post("/v1/ask", json={"question": "a", "stream": True}), 503, "index_unavailable")


def test_stream_what_fails_on_the_way_ends_the_stream_with_one_error(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "api.http.requests")
    slow = Slow(fail=EncoderMismatch(SECRET))
    slow.go_on.set()
    with (
        serving(cast(Assistant, slow), settings) as url,
        httpx.Client(base_url=url, timeout=60) as client,
        streaming(client) as response,
    ):
        events = list(events_of(response.iter_lines()))

    assert [event.name for event in events] == ["answer.started", "sources", "error"]
    problem = events[-1].data["problem"]
    assert (problem["status"], problem["code"]) == (503, "index_unavailable")
    assert problem["request_id"] == response.headers["X-Request-ID"]
    assert problem["request_id"] in caplog.text
    assert SECRET not in json.dumps(problem)
    told = [record for record in caplog.records if record.name == "api.http.requests"]
    assert [record.facts["problem"] for record in told] == ["index_unavailable"]


def test_stream_without_news_is_kept_alive_with_comments(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sse, "PING_SECONDS", 0.05)
    slow, lines = Slow(), []
    with (
        serving(cast(Assistant, slow), settings) as url,
        httpx.Client(base_url=url, timeout=60) as client,
        streaming(client) as response,
    ):
        for line in response.iter_lines():
            lines.append(line)
            if line.startswith(":"):
                slow.go_on.set()

    assert ": ping" in lines
    assert [event.name for event in events_of(lines)] == ["answer.started", "sources", "answer.completed"]


@pytest.mark.parametrize("streamed", [True, False])
def test_stream_the_work_stops_when_the_client_leaves(settings: Settings, streamed: bool) -> None:
    endless = Endless()
    with serving(cast(Assistant, endless), settings) as url, httpx.Client(base_url=url, timeout=60) as client:
        if streamed:
            with streaming(client) as response:
                assert next(response.iter_lines()) == "event: answer.started"
        else:
            with pytest.raises(httpx.ReadTimeout):
                client.post("/v1/ask", json={"question": "a"}, timeout=0.5)

        assert endless.closed.wait(30)

"""`assistant evaluate --url`: a running server is measured as the assistant inside it would be."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import islice
from pathlib import Path

import pytest
from pydantic import SecretStr
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Send
from starlette.types import Scope as AsgiScope

from assistant.ask import Assistant
from assistant.evaluation.errors import NothingToAsk, ServerFailed
from assistant.evaluation.evaluate import RunOptions, evaluate
from assistant.evaluation.gold import Gold, GoldQuestion
from assistant.evaluation.in_process import AssistantAsker
from assistant.evaluation.over_http import HttpAsker
from assistant.evaluation.predictions import PredictionStatus
from assistant.evaluation.read_gold import read_gold
from assistant.settings import HttpOptions, Settings
from corpus.access import Scope
from tests.api.conftest import serving
from tests.api.http.access.guarded import Guarded, guarded
from tests.hashing_encoder import HashingEncoder

SAMPLES = read_gold(Path(__file__).parents[3] / "corpus" / "gold.jsonl")
SOME = Gold("some", tuple(islice(SAMPLES.questions, 0, None, 16)))


@pytest.fixture(scope="module")
def url(helper: Assistant, settings: Settings) -> Iterator[str]:
    with serving(helper, settings) as url:
        yield url


def test_remote_evaluation_a_server_gets_the_figures_of_the_assistant_inside_it(
    helper: Assistant, settings: Settings, url: str, tmp_path: Path
) -> None:
    here = evaluate(SOME, AssistantAsker(helper, settings), RunOptions(tmp_path / "here"))
    there = evaluate(SOME, HttpAsker(url), RunOptions(tmp_path / "there"))

    for name, figure in here.metrics["measures"].items():
        if not name.startswith("latency"):
            assert there.metrics["measures"][name]["value"] == pytest.approx(figure["value"], abs=1e-4), name
    assert there.metrics["measures"]["citation.validity"]["value"] == 1.0


def test_remote_evaluation_only_the_documents_of_a_question_are_searched(url: str) -> None:
    [document, *_] = SAMPLES.questions[0].relevance
    question = GoldQuestion(id="q1", question="What does China say?", documents=(document,))

    retrieved = HttpAsker(url).ask(question).retrieved

    assert {passage.doc_id for passage in retrieved} == {document}


def test_remote_evaluation_a_question_that_the_server_refuses_is_a_failed_prediction(url: str) -> None:
    prediction = HttpAsker(url).ask(GoldQuestion(id="q1", question="x" * 5000))

    assert prediction.status is PredictionStatus.FAILED
    assert prediction.error


def test_remote_evaluation_what_is_no_assistant_is_told(url: str) -> None:
    with pytest.raises(ServerFailed, match="no assistant that can be asked"):
        HttpAsker(url + "/nowhere").describe()


def test_remote_evaluation_http_asker_says_why_nobody_answers() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed_soon:
        port = closed_soon.getsockname()[1]
    with pytest.raises(ServerFailed, match=r"does not answer \(Connection refused\)"):
        HttpAsker(f"http://127.0.0.1:{port}").describe()


@pytest.mark.parametrize("url", ["127.0.0.1:8000", "ftp://host", "http://", "http://host:99999", "http://[::1"])
def test_remote_evaluation_http_asker_tells_a_wrong_address_at_once(url: str) -> None:
    with pytest.raises(ServerFailed, match="is no address of a server"):
        HttpAsker(url)


def test_remote_evaluation_a_server_without_articles_is_not_measured(settings: Settings, tmp_path: Path) -> None:
    empty = settings.model_copy(update={"data": tmp_path / "empty"})
    with (
        Assistant.open(empty, HashingEncoder()) as helper,
        serving(helper, empty) as url,
        pytest.raises(NothingToAsk, match="has no articles"),
    ):
        HttpAsker(url).describe()


def test_remote_evaluation_a_server_that_dies_halfway_keeps_what_was_answered(
    helper: Assistant, settings: Settings, tmp_path: Path
) -> None:
    with ExitStack() as first_life:
        url = first_life.enter_context(serving(helper, settings))

        def die_at_the_fifth(done: int, *_: object) -> None:
            if done == 5:
                first_life.close()

        with pytest.raises(ServerFailed, match="run the same command again"):
            evaluate(SOME, HttpAsker(url), RunOptions(tmp_path), on_answer=die_at_the_fifth)
    kept = (tmp_path / "predictions.jsonl").read_text()
    port = HttpOptions(port=int(url.rpartition(":")[2]))

    with serving(helper, settings.model_copy(update={"serving": port})) as url_again:
        done = evaluate(SOME, HttpAsker(url_again), RunOptions(tmp_path))

    assert len(kept.splitlines()) == 5
    assert (tmp_path / "predictions.jsonl").read_text().startswith(kept)
    assert done.metrics["statuses"].keys() <= {"answered", "partial", "no_answer"}


def answering(*responses: Response) -> ASGIApp:
    """Another server: it gives these responses in turn, and the last one ever after."""
    left = list(responses)

    async def app(scope: AsgiScope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await Request(scope, receive).body()
            await (left.pop(0) if len(left) > 1 else left[0])(scope, receive, send)

    return app


FOUND = JSONResponse({"data": [{}], "index_generation": "g-1"})


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long was waited, in place of waiting."""
    paused: list[float] = []
    monkeypatch.setattr("assistant.evaluation.over_http.sleep", paused.append)
    return paused


def test_remote_evaluation_a_server_that_is_busy_is_asked_again_when_it_says(
    helper: Assistant, settings: Settings, pauses: list[float]
) -> None:
    busy = JSONResponse({"title": "Too many"}, 429, {"Retry-After": "7"})
    full = JSONResponse({"title": "Full"}, 503, {"Retry-After": "1"})
    with serving(helper, settings, answering(busy, full, FOUND)) as url:
        assert HttpAsker(url).describe()["generation"] == "g-1"

    assert pauses == [7, 1]


@pytest.mark.parametrize(("wait", "waited"), [("1", [1, 1, 1, 1]), ("86400", []), ("soon", []), ("-1", [])])
def test_remote_evaluation_a_server_that_stays_busy_is_told(
    helper: Assistant, settings: Settings, pauses: list[float], wait: str, waited: list[float]
) -> None:
    busy = JSONResponse({"title": "Too many requests."}, 429, {"Retry-After": wait})
    with serving(helper, settings, answering(busy)) as url, pytest.raises(ServerFailed, match=r"Too many .*429"):
        HttpAsker(url).describe()

    assert pauses == waited


@pytest.mark.parametrize(
    ("response", "told"),
    [
        (PlainTextResponse("<p>Bad gateway", 502), "what answers there is no assistant"),
        (PlainTextResponse("<p>Hello"), "what answers there is no assistant"),
        (PlainTextResponse("[" * 100_000), "what answers there is no assistant"),
        (PlainTextResponse("", 302, {"Location": "/elsewhere"}), "what answers there is no assistant"),
        (JSONResponse([]), "what answers there is no assistant"),
        (JSONResponse({"detail": "Gone."}, 410), r"Gone \(status 410\)"),
        (JSONResponse({}), "answers in another shape"),
        (JSONResponse({"answer": None, "sources": 3, "data": []}), "answers in another shape"),
    ],
)
def test_remote_evaluation_what_is_no_answer_is_told_in_one_sentence(
    helper: Assistant, settings: Settings, response: Response, told: str
) -> None:
    with serving(helper, settings, answering(response)) as url:
        asker = HttpAsker(url)
        with pytest.raises(ServerFailed, match=told):
            asker.ask(SOME.questions[0])
        with pytest.raises(ServerFailed, match=told):
            asker.find_article("d1")


@pytest.fixture
def service(helper: Assistant, tmp_path: Path) -> Iterator[Guarded]:
    with guarded(helper, tmp_path) as service:
        yield service


def test_remote_evaluation_a_server_with_keys_is_asked_with_one(service: Guarded) -> None:
    text = service.key(Scope.ASK)["Authorization"].removeprefix("Bearer ")

    prediction = HttpAsker(service.url, SecretStr(text)).ask(SOME.questions[0])

    assert prediction.status is not PredictionStatus.FAILED


def test_remote_evaluation_a_server_that_wants_a_key_says_which_setting_gives_it(service: Guarded) -> None:
    service.key()

    with pytest.raises(ServerFailed, match="Set ASSISTANT_EVALUATING__API_KEY to a key with the scope `ask`"):
        HttpAsker(service.url).describe()

"""`assistant evaluate --url`: a running server is measured as the assistant inside it would be."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from itertools import islice
from pathlib import Path

import pytest

from assistant.ask import Assistant
from assistant.evaluation.errors import NothingToAsk, ServerFailed
from assistant.evaluation.evaluate import Wanted, evaluate
from assistant.evaluation.gold import Gold, GoldQuestion, read_gold
from assistant.evaluation.in_process import AssistantAsker
from assistant.evaluation.over_http import HttpAsker
from assistant.evaluation.predictions import PredictionStatus
from assistant.settings import HttpOptions, Settings
from tests.api.conftest import serving
from tests.hashing_encoder import HashingEncoder

SAMPLES = read_gold(Path(__file__).parents[3] / "corpus" / "gold.jsonl")
SOME = Gold("some", tuple(islice(SAMPLES.questions, 0, None, 8)))


@pytest.fixture(scope="module")
def url(helper: Assistant, settings: Settings) -> Iterator[str]:
    with serving(helper, settings) as url:
        yield url


def test_a_server_gets_the_figures_of_the_assistant_inside_it(
    helper: Assistant, settings: Settings, url: str, tmp_path: Path
) -> None:
    here = evaluate(SOME, AssistantAsker(helper, settings), Wanted(tmp_path / "here"))
    there = evaluate(SOME, HttpAsker(url), Wanted(tmp_path / "there"))

    for name, figure in here.metrics["measures"].items():
        if not name.startswith("latency"):
            assert there.metrics["measures"][name]["value"] == pytest.approx(figure["value"], abs=1e-4), name
    assert there.metrics["measures"]["citation.validity"]["value"] == 1.0


def test_only_the_documents_of_a_question_are_searched(url: str) -> None:
    [document, *_] = SAMPLES.questions[0].relevance
    question = GoldQuestion(id="q1", question="What does China say?", documents=(document,))

    retrieved = HttpAsker(url).ask(question).retrieved

    assert {passage.doc_id for passage in retrieved} == {document}


def test_a_question_that_the_server_refuses_is_a_failed_prediction(url: str) -> None:
    prediction = HttpAsker(url).ask(GoldQuestion(id="q1", question="x" * 5000))

    assert prediction.status is PredictionStatus.FAILED
    assert prediction.error


def test_what_is_no_assistant_is_told(url: str) -> None:
    with pytest.raises(ServerFailed, match="no assistant that can be asked"):
        HttpAsker(url + "/nowhere").describe()


def test_a_server_without_articles_is_not_measured(settings: Settings, tmp_path: Path) -> None:
    empty = settings.model_copy(update={"data": tmp_path / "empty"})
    with (
        Assistant.open(empty, HashingEncoder()) as helper,
        serving(helper, empty) as url,
        pytest.raises(NothingToAsk, match="has no articles"),
    ):
        HttpAsker(url).describe()


def test_a_server_that_dies_halfway_keeps_what_was_answered(
    helper: Assistant, settings: Settings, tmp_path: Path
) -> None:
    with ExitStack() as first_life:
        url = first_life.enter_context(serving(helper, settings))

        def die_at_the_fifth(done: int, *_: object) -> None:
            if done == 5:
                first_life.close()

        with pytest.raises(ServerFailed, match="run the same command again"):
            evaluate(SOME, HttpAsker(url), Wanted(tmp_path), on_answer=die_at_the_fifth)
    kept = (tmp_path / "predictions.jsonl").read_text()
    port = HttpOptions(port=int(url.rpartition(":")[2]))

    with serving(helper, settings.model_copy(update={"serving": port})) as url_again:
        done = evaluate(SOME, HttpAsker(url_again), Wanted(tmp_path))

    assert len(kept.splitlines()) == 5
    assert (tmp_path / "predictions.jsonl").read_text().startswith(kept)
    assert done.metrics["statuses"].keys() <= {"answered", "partial", "no_answer"}

"""The sample articles and their gold questions, measured on what the real assistant answers: a regression gate.

The same hands wrote the articles and the questions, so that good figures here prove no quality; but figures that
fall say that something broke. Raise a floor when a change to the product lifts its figure for good.

All questions with nuggets and a third of the others; `make chaos` asks them all.
"""

from __future__ import annotations

from pathlib import Path

import pytest

import corpus
from assistant.ask import Assistant
from assistant.evaluation.evaluate import Evaluation, RunOptions, evaluate
from assistant.evaluation.gold import Gold
from assistant.evaluation.in_process import AssistantAsker
from assistant.evaluation.read_gold import read_gold
from assistant.evaluation.run_folder import load_run
from assistant.settings import Settings

SAMPLES = read_gold(Path(corpus.__file__).parent / "gold.jsonl")
WITH_NUGGETS = Gold("nuggets", tuple(question for question in SAMPLES.questions if question.nuggets))

WITHOUT = [question for question in SAMPLES.questions if not question.nuggets]
SOME = Gold("some", tuple(q for q in SAMPLES.questions if q.nuggets or q in WITHOUT[::3]))

SOME_FLOORS = {
    "ndcg@10": 0.91,
    "success@5": 1.0,
    "answer.contains@60": 0.76,
    "nuggets.vital": 0.76,
    "citation.validity": 1.0,
    "citation.uncited": 0.0,
    "citation.document_precision": 0.9,
    "support.precision": 0.63,
    "support.f1": 0.32,
    "abstention.balanced_accuracy": 0.78,
    "abstention.auroc": 0.84,
    "attribution.clean": 1.0,
}
FLOORS = {
    "ndcg@10": 0.91,
    "success@5": 1.0,
    "answer.contains@60": 0.64,
    "nuggets.vital": 0.7,
    "citation.validity": 1.0,
    "citation.uncited": 0.0,
    "citation.document_precision": 0.92,
    "support.precision": 0.48,
    "support.f1": 0.17,
    "abstention.balanced_accuracy": 0.61,
    "abstention.auroc": 0.66,
    "attribution.clean": 0.5,
}

KINDS = {
    "single_fact",
    "yes_no",
    "list",
    "contrast",
    "latest",
    "timeline",
    "position",
    "cause",
    "manner",
    "definition",
    "summary",
    "multi_part",
    "follow_up",
}


@pytest.fixture(scope="module", params=["some", pytest.param("all", marks=pytest.mark.chaos)])
def asked(request: pytest.FixtureRequest) -> Gold:
    return {"some": SOME, "all": SAMPLES}[request.param]


@pytest.fixture(scope="module")
def measured(
    asked: Gold, helper: Assistant, settings: Settings, tmp_path_factory: pytest.TempPathFactory
) -> Evaluation:
    out = tmp_path_factory.mktemp("evaluations") / "run"
    return evaluate(asked, AssistantAsker(helper, settings), RunOptions(out))


def test_sample_gold_is_answered_as_well_as_before(asked: Gold, measured: Evaluation) -> None:
    figures = measured.metrics["measures"]
    floors = SOME_FLOORS if asked is SOME else FLOORS

    assert {name: figures[name]["value"] for name, floor in floors.items() if figures[name]["value"] < floor} == {}


def test_sample_gold_has_nuggets_for_questions_of_every_kind() -> None:
    assert len(WITH_NUGGETS.questions) >= 20
    assert {(question.model_extra or {})["type"] for question in WITH_NUGGETS.questions} == KINDS
    assert all(question.history for question in WITH_NUGGETS.questions if question.id.startswith("follow_up"))
    assert all(question.verdict for question in WITH_NUGGETS.questions if question.id.startswith("yes_no"))
    assert all(len(question.parties) > 1 for question in WITH_NUGGETS.questions if question.id.startswith("contrast"))


def test_sample_gold_the_assistant_tells_most_of_what_is_vital(measured: Evaluation) -> None:
    vital = measured.metrics["measures"]["nuggets.vital"]

    assert vital["n"] == len(WITH_NUGGETS.questions)
    assert measured.metrics["measures"]["nuggets.all_vital"]["value"] <= vital["value"]
    told = {
        kind
        for kind, part in measured.metrics["slices"]["type"].items()
        if part["measures"].get("nuggets.vital", {}).get("value")
    }
    assert len(told) >= 10


def test_sample_gold_verdicts_parties_and_what_is_forbidden_are_measured(measured: Evaluation) -> None:
    figures = measured.metrics["measures"]

    assert (figures["verdict.given"]["n"], figures["parties.covered"]["n"]) == (5, 2)
    assert figures["verdict.given"]["value"] > 0
    assert figures["verdict.right"]["value"] >= 0.5
    assert figures["parties.covered"]["value"] >= 0.5
    assert (
        figures["nuggets.forbidden"]["n"] == sum(bool(question.forbidden) for question in WITH_NUGGETS.questions) >= 3
    )
    assert figures["nuggets.forbidden"]["value"] <= 0.5


def test_sample_gold_a_run_keeps_which_nuggets_were_told(measured: Evaluation) -> None:
    kept = load_run(measured.folder)

    nuggets = [len(question.nuggets) for question in kept.questions]
    assert [len(scores.told) for scores in kept.scores] == nuggets
    assert sum(map(sum, (scores.told for scores in kept.scores))) > sum(nuggets) / 2

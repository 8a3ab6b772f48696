from __future__ import annotations

import pytest

from assistant.evaluation.gold import GoldQuestion
from assistant.evaluation.measures.contains import CONTAINS
from assistant.evaluation.measures.ndcg import NDCG_AT_10
from assistant.evaluation.predictions import Prediction
from assistant.evaluation.scoring import figure, make_cases, score_case
from tests.assistant.evaluation.builders import cited, figure_of, found, gold, predicted, scored

QUESTIONS = [gold(f"q{number}", answers=["Li"]) for number in range(4)]


def test_scoring_a_figure_is_the_mean_with_its_interval() -> None:
    answers = [predicted(f"q{number}", "Li" if number else "nobody") for number in range(4)]

    result = figure_of(CONTAINS, QUESTIONS, answers)

    assert (result.value, result.n, result.reason) == (0.75, 4, None)
    assert result.low is not None
    assert result.high is not None
    assert result.low < 0.75 < result.high


def test_scoring_a_question_without_a_prediction_counts_as_failed() -> None:
    assert figure_of(CONTAINS, QUESTIONS, [predicted("q0", "Li")]).value == 0.25


def test_scoring_one_question_has_a_value_and_no_interval() -> None:
    result = figure_of(CONTAINS, QUESTIONS[:1], [predicted("q0", "Li")])

    assert (result.value, result.low, result.high) == (1.0, None, None)


def test_scoring_no_question_has_no_figure_but_a_reason() -> None:
    assert figure(CONTAINS, []).reason == "there are no questions"
    assert figure_of(NDCG_AT_10, QUESTIONS, []).reason == "no document is judged relevant"


@pytest.mark.parametrize(
    ("question", "prediction", "expected"),
    [
        (gold(answers=["Li"]), predicted(answer="Li spoke."), 1.0),
        (gold(answers=["Li"]), predicted(answer="Nobody."), 0.0),
        (gold(answers=["Li"]), predicted(), None),
        (gold(answerable=False), predicted(answer="Li"), 0.0),
        (gold(), predicted(answer="Li"), None),
        # A long gold answer is one wording of many: the cited sentence tells.
        (
            gold(answers=["word " * 11], evidence=[{"doc_id": "d1", "text": "Li spoke there."}]),
            predicted(answer="x", citations=[cited("Li spoke there.")]),
            1.0,
        ),
        (
            gold(answers=["word " * 11], evidence=[{"doc_id": "d1", "text": "Li spoke there."}]),
            predicted(answer="x", citations=[cited("Nobody was in Rome.")]),
            0.0,
        ),
        # With nothing but a document to go by, citing it must do.
        (gold(evidence=[{"doc_id": "d1"}]), predicted(answer="x", citations=[cited("Nobody.")]), 1.0),
        (gold(evidence=[{"doc_id": "d2"}]), predicted(answer="x", citations=[cited("Nobody.")]), 0.0),
    ],
)
def test_scoring_an_answer_is_right_as_far_as_the_gold_can_tell(
    question: GoldQuestion, prediction: Prediction, expected: float | None
) -> None:
    [scores] = scored([question], [prediction])

    assert scores.values.get("right") == expected


def test_scoring_what_was_found_is_scored_once_for_all_retrieval_measures() -> None:
    [case] = make_cases([gold(evidence=[{"doc_id": "a"}])], {"q1": predicted(retrieved=found("a"))})

    assert score_case(case).values["ndcg@10"] == case.retrieval["nDCG@10"] == 1.0

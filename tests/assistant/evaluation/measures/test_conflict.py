from __future__ import annotations

import pytest

from assistant.evaluation.measures.conflict import CONFLICT_SHOWN, GOLD_GIVEN, WRONG_GIVEN
from assistant.evaluation.measures.measure import QuestionMeasure
from tests.assistant.evaluation.builders import gold, predicted, value

QUESTION = gold(
    type="conflict", answers=["AFL", "rugby union"], wrong_answers=["NBA", "NBA", "chess"], has_conflict=True
)


@pytest.mark.parametrize(
    ("answer", "given", "wrong"),
    [
        ("He plays rugby union; another of that name is in the AFL.", 1.0, 0.0),
        ("AFL or NBA.", 0.5, 0.5),
        ("Union of rugby and chess, NBA", 0.0, 1.0),
        ("", 0.0, 0.0),
    ],
)
def test_conflict_every_gold_and_every_wrong_answer_is_looked_for(answer: str, given: float, wrong: float) -> None:
    assert value(GOLD_GIVEN, QUESTION, predicted(answer=answer)) == given
    assert value(WRONG_GIVEN, QUESTION, predicted(answer=answer)) == wrong


@pytest.mark.parametrize(("conflicts", "expected"), [(0, 0.0), (2, 1.0)])
def test_conflict_is_shown_when_the_answer_says_so(conflicts: int, expected: float) -> None:
    assert value(CONFLICT_SHOWN, QUESTION, predicted(answer="x", conflicts=conflicts)) == expected


def test_conflict_where_documents_agree_there_is_no_conflict_to_show() -> None:
    assert (
        value(CONFLICT_SHOWN, gold(type="conflict", answers=["AFL"], has_conflict=False), predicted(answer="x")) is None
    )


def test_conflict_a_question_without_wrong_answers_cannot_be_answered_with_one() -> None:
    assert value(WRONG_GIVEN, gold(type="conflict", answers=["AFL"]), predicted(answer="x")) is None


@pytest.mark.parametrize("measure", [GOLD_GIVEN, WRONG_GIVEN, CONFLICT_SHOWN])
def test_conflict_other_questions_are_about_no_conflict(measure: QuestionMeasure) -> None:
    assert value(measure, gold(answers=["AFL"]), predicted(answer="AFL")) is None

"""Length of answers, to be read beside `answer.contains`."""

from __future__ import annotations

from assistant.evaluation.case import Case
from assistant.evaluation.measures.measure import Better, Group, QuestionMeasure, Score, Undefined, Unit


def _count_words(case: Case) -> Score:
    if not case.prediction.is_answered:
        return Undefined("nothing was answered")
    return float(len(case.answer.split()))


ANSWER_WORDS = QuestionMeasure(
    name="answer.words",
    group=Group.ANSWERS,
    description="Words of an answer, refusals left out.",
    source="length beside containment: a longer answer contains more",
    score=_count_words,
    better=Better.NEITHER,
    unit=Unit.WORDS,
)

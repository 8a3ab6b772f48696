"""Whether an answer is a gold answer, word for word."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.evaluation.measures.gold_answers import best_of_answer, best_of_short
from assistant.evaluation.measures.measure import Group, QuestionMeasure

_SOURCE = "Rajpurkar et al. 2016 (SQuAD)"


def _is_equal(predicted: Sequence[str], gold: Sequence[str]) -> float:
    return float(predicted == gold)


SHORT_EM = QuestionMeasure(
    name="short.em",
    group=Group.ANSWERS,
    description="Whether the short answer is a gold answer, punctuation and articles left out.",
    source=_SOURCE,
    score=lambda case: best_of_short(case, _is_equal),
)
ANSWER_EM = QuestionMeasure(
    name="answer.em",
    group=Group.ANSWERS,
    description="Whether the whole answer is a gold answer, punctuation and articles left out.",
    source=_SOURCE,
    score=lambda case: best_of_answer(case, _is_equal),
)

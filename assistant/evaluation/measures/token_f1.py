"""F1 of the words that an answer shares with a gold answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from assistant.evaluation.measures.gold_answers import best_of_answer, best_of_short
from assistant.evaluation.measures.measure import Group, QuestionMeasure

_SOURCE = "Rajpurkar et al. 2016 (SQuAD)"


def token_f1(predicted: Sequence[str], gold: Sequence[str]) -> float:
    """Return the harmonic mean of precision and recall over tokens, each counted as often as it occurs."""
    shared = (Counter(predicted) & Counter(gold)).total()
    return 2 * shared / (len(predicted) + len(gold)) if shared else 0.0


SHORT_F1 = QuestionMeasure(
    name="short.f1",
    group=Group.ANSWERS,
    description="Words shared by the short answer and the nearest gold answer (F1).",
    source=_SOURCE,
    score=lambda case: best_of_short(case, token_f1),
)
ANSWER_F1 = QuestionMeasure(
    name="answer.f1",
    group=Group.ANSWERS,
    description="Words shared by the whole answer and the nearest gold answer (F1).",
    source=_SOURCE,
    score=lambda case: best_of_answer(case, token_f1),
)

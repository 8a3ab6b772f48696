"""Common part of all measures against gold answers: any one of the answers is right, and the best counts."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from assistant.evaluation.case import Case
from assistant.evaluation.measures.measure import Score, Undefined
from assistant.evaluation.text import tokens

CompareTokens = Callable[[Sequence[str], Sequence[str]], float]
"""From the tokens of a prediction and of a gold answer to a value in [0, 1]."""


def best_of_answer(case: Case, compare: CompareTokens) -> Score:
    """Score the whole answer against each gold answer; 0 for a question that was not answered."""
    return best_match(case.answer_tokens, case, compare)


def best_of_short(case: Case, compare: CompareTokens) -> Score:
    """Score the short answer against each gold answer; 0 for a question without one."""
    if not case.gives_short:
        return Undefined("these predictions give no short answers")
    short = case.prediction.short if case.prediction.is_answered else None
    return best_match(tokens(short or ""), case, compare)


def best_match(predicted: Sequence[str], case: Case, compare: CompareTokens) -> Score:
    if not case.gold_answers:
        return Undefined("no gold answer is known")
    return max(compare(predicted, gold) for gold in case.gold_answers)

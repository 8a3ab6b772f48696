"""Whether a gold answer stands in the answer's text. Longer answers contain more: see `answer.words`."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.evaluation.case import Case
from assistant.evaluation.measures.gold_answers import best_match, best_of_answer
from assistant.evaluation.measures.measure import Group, QuestionMeasure, Score
from assistant.evaluation.text import tokens

WORD_BUDGET = 60
"""Words; about three sentences. Systems that say more are compared by what they say first."""


def contains(text: Sequence[str], wanted: Sequence[str]) -> bool:
    """Whether the tokens of `wanted` (at least one) occur in `text` in order and adjacent."""
    width = len(wanted)
    return any(text[at : at + width] == wanted for at in range(len(text) - width + 1))


def _contains_at_budget(case: Case) -> Score:
    beginning = " ".join(case.answer.split()[:WORD_BUDGET])
    return best_match(tokens(beginning), case, contains)


CONTAINS = QuestionMeasure(
    name="answer.contains",
    group=Group.ANSWERS,
    description="Whether the words of a gold answer stand in the answer, in order and adjacent.",
    source="Chen et al. 2017 (DrQA), on SQuAD tokens",
    score=lambda case: best_of_answer(case, contains),
)
CONTAINS_AT_60 = QuestionMeasure(
    name=f"answer.contains@{WORD_BUDGET}",
    group=Group.ANSWERS,
    description=f"Whether a gold answer stands so within the first {WORD_BUDGET} words of the answer.",
    source="Chen et al. 2017 (DrQA), on SQuAD tokens",
    score=_contains_at_budget,
)

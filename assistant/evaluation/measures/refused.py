"""Shares of refused questions, where refusing is right and where it is not."""

from __future__ import annotations

from assistant.evaluation.case import Case
from assistant.evaluation.measures.measure import Better, Group, QuestionMeasure, Score, Undefined

_SOURCE = "Rajpurkar et al. 2018 (SQuAD 2.0)"


def _refused_unanswerable(case: Case) -> Score:
    if case.gold.is_answerable is not False:
        return Undefined("no question is known to be unanswerable")
    return float(case.prediction.is_refused)


def _refused_answerable(case: Case) -> Score:
    if not case.gold.is_answerable:
        return Undefined("no question is known to be answerable")
    return float(case.prediction.is_refused)


REFUSED_UNANSWERABLE = QuestionMeasure(
    name="abstention.refused_unanswerable",
    group=Group.ABSTENTION,
    description="Share of the unanswerable questions that are refused.",
    source=_SOURCE,
    score=_refused_unanswerable,
)
REFUSED_ANSWERABLE = QuestionMeasure(
    name="abstention.refused_answerable",
    group=Group.ABSTENTION,
    description="Share of the answerable questions that are refused.",
    source=_SOURCE,
    score=_refused_answerable,
    better=Better.LOWER,
)

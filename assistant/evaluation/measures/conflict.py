"""Answers from sources that contradict each other; for questions with their own documents."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from assistant.evaluation.case import Case
from assistant.evaluation.measures.contains import contains
from assistant.evaluation.measures.measure import Better, Group, QuestionMeasure, Score, Undefined
from assistant.evaluation.text import tokens

CONFLICT = "conflict"
"""The `type` of questions whose documents may contradict each other.

Their `answers` are no alternatives: each is right for some reading of the question. `wrong_answers` lists
what misinformed documents say, `has_conflict` whether the documents give more than one answer.
"""
_SOURCE = "Wang et al. 2025 (RAMDocs)"
_NOT_CONFLICT = Undefined("no question of type conflict")


def _gold_given(case: Case) -> Score:
    return _share_given(case, case.gold.answers)


def _wrong_given(case: Case) -> Score:
    return _share_given(case, _extra(case).get("wrong_answers", ()))


def _shown(case: Case) -> Score:
    if not _is_conflict(case) or not _extra(case).get("has_conflict"):
        return Undefined("no question whose documents disagree")
    return float(case.prediction.conflicts > 0)


def _share_given(case: Case, answers: Iterable[str]) -> Score:
    if not _is_conflict(case):
        return _NOT_CONFLICT
    wanted = [answer for answer in map(tokens, dict.fromkeys(answers)) if answer]
    if not wanted:
        return Undefined("no such answer is listed")
    return sum(contains(case.answer_tokens, answer) for answer in wanted) / len(wanted)


def _is_conflict(case: Case) -> bool:
    return bool(_extra(case).get("type") == CONFLICT)


def _extra(case: Case) -> dict[str, Any]:
    return case.gold.model_extra or {}


GOLD_GIVEN = QuestionMeasure(
    name="conflict.gold_given",
    group=Group.CONFLICT,
    description="Share of a question's gold answers that the answer gives.",
    source=_SOURCE,
    score=_gold_given,
)
WRONG_GIVEN = QuestionMeasure(
    name="conflict.wrong_given",
    group=Group.CONFLICT,
    description="Share of a question's known wrong answers that the answer gives.",
    source=_SOURCE,
    score=_wrong_given,
    better=Better.LOWER,
)
CONFLICT_SHOWN = QuestionMeasure(
    name="conflict.shown",
    group=Group.CONFLICT,
    description="Share of the questions whose documents disagree where the answer says that they do.",
    source=_SOURCE,
    score=_shown,
)

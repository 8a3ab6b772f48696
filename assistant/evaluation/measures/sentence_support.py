"""Whether the right sentences are cited. That a quote exists does not make it relevant."""

from __future__ import annotations

from assistant.evaluation.case import Case
from assistant.evaluation.measures.measure import Group, QuestionMeasure, Score, Undefined

_SOURCE = "Rosenthal et al. 2025 (CLAPNQ) and Gao et al. 2023 (ALCE); rules in assistant/evaluation/support.py"
_NO_GOLD = Undefined("no gold sentence is known")


def _precision(case: Case) -> Score:
    if not case.gold_sentences:
        return _NO_GOLD
    if not case.cited_sentences:
        return Undefined("nothing was cited")
    return len(case.supporting_sentences) / len(case.cited_sentences)


def _recall(case: Case) -> Score:
    if not case.gold_sentences:
        return _NO_GOLD
    return len(case.recalled_sentences) / len(case.gold_sentences)


def _f1(case: Case) -> Score:
    precision, recall = _precision(case), _recall(case)
    if isinstance(recall, Undefined):
        return recall
    if isinstance(precision, Undefined) or precision + recall == 0:
        return 0.0
    return 2 * precision * recall / (precision + recall)


SUPPORT_PRECISION = QuestionMeasure(
    name="support.precision",
    group=Group.CITATIONS,
    description="Share of the cited sentences that are gold sentences, over answers that cite.",
    source=_SOURCE,
    score=_precision,
)
SUPPORT_RECALL = QuestionMeasure(
    name="support.recall",
    group=Group.CITATIONS,
    description="Share of the gold sentences that are cited; 0 where nothing is answered.",
    source=_SOURCE,
    score=_recall,
)
SUPPORT_F1 = QuestionMeasure(
    name="support.f1",
    group=Group.CITATIONS,
    description="F1 of cited against gold sentences, question by question; 0 where nothing is answered.",
    source=_SOURCE,
    score=_f1,
)

"""Common part of all retrieval measures: `ir-measures` computes them, on documents ranked by best passage."""

from __future__ import annotations

from assistant.evaluation.case import Case
from assistant.evaluation.measures.measure import Group, QuestionMeasure, Score, Undefined


def retrieval_measure(name: str, ir_name: str, description: str, source: str) -> QuestionMeasure:
    """Make the measure that `ir-measures` calls `ir_name`. A question that found nothing counts as 0."""

    def score(case: Case) -> Score:
        return case.retrieval.get(ir_name, Undefined("no document is judged relevant"))

    return QuestionMeasure(name=name, group=Group.RETRIEVAL, description=description, source=source, score=score)

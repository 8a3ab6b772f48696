"""Gain by the conversation before a question: the same question with it and without."""

from __future__ import annotations

from dataclasses import replace

from assistant.evaluation.case import Case
from assistant.evaluation.measures.contains import CONTAINS_AT_60
from assistant.evaluation.measures.measure import Group, QuestionMeasure, Score, Undefined, Unit
from assistant.evaluation.measures.ndcg import NDCG_AT_10
from assistant.evaluation.measures.token_f1 import ANSWER_F1


def gain(measure: QuestionMeasure, description: str) -> QuestionMeasure:
    """Return by how much `measure` is higher with the history than without it."""

    def score(case: Case) -> Score:
        if case.prediction.without_history is None:
            return Undefined("no question with a history was asked without it, too")
        with_history = measure.score(case)
        without = measure.score(replace(case, prediction=case.prediction.without_history))
        if isinstance(with_history, Undefined):
            return with_history
        return without if isinstance(without, Undefined) else with_history - without

    return QuestionMeasure(
        name=f"follow_up.{measure.name.removeprefix('answer.')}_gain",
        group=Group.FOLLOW_UPS,
        description=description,
        source="Katsis et al. 2025 (MTRAG); the gain is our own",
        score=score,
        unit=Unit.GAIN,
    )


RETRIEVAL_GAIN = gain(NDCG_AT_10, "How much higher ndcg@10 of follow-up questions is with their history.")
ANSWER_GAIN = gain(CONTAINS_AT_60, "How much higher answer.contains@60 of follow-up questions is with their history.")
LONG_ANSWER_GAIN = gain(ANSWER_F1, "How much higher answer.f1 of follow-up questions is with their history.")
"""For gold answers of whole sentences, which no answer contains word for word."""

"""How it looks so far, while a run is still going on."""

from __future__ import annotations

from assistant.evaluation.case import Case
from assistant.evaluation.gold import GoldQuestion
from assistant.evaluation.measures.contains import CONTAINS_AT_60
from assistant.evaluation.measures.measure import Undefined
from assistant.evaluation.measures.ndcg import NDCG_AT_10
from assistant.evaluation.measures.sentence_support import SUPPORT_F1
from assistant.evaluation.predictions import Prediction

_SHOWN = (NDCG_AT_10, CONTAINS_AT_60, SUPPORT_F1)
"""One for each part of the work, as many as fit beside a progress bar."""


class RunningScores:
    """Means over the questions that were added, of measures that need nothing but the question itself."""

    def __init__(self) -> None:
        self._sums = dict.fromkeys(_SHOWN, 0.0)
        self._counts = dict.fromkeys(_SHOWN, 0)

    def add(self, question: GoldQuestion, prediction: Prediction) -> None:
        case = Case(question, prediction)
        for measure in _SHOWN:
            score = measure.score(case)
            if not isinstance(score, Undefined):
                self._sums[measure] += score
                self._counts[measure] += 1

    def __str__(self) -> str:
        """`ndcg@10 0.912  answer.contains@60 0.700`: those that are defined so far."""
        return "  ".join(
            f"{measure.name} {self._sums[measure] / count:.3f}" for measure, count in self._counts.items() if count
        )

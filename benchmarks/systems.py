"""What is measured against each other: the whole assistant, its search without reading, and each half of that alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from assistant.evaluation.gold import GoldQuestion
from assistant.evaluation.in_process import AssistantAsker, filters, history, retrieved
from assistant.evaluation.predictions import Prediction, PredictionStatus, RetrievedPassage
from assistant.evaluation.run_questions import SEARCH_DEPTH
from assistant.settings import Settings

WHOLE = "whole"
"""Searches, reads and answers, by the settings."""

FUSED = "fused"
DENSE_WEIGHTS = {"bm25": 0.0, "dense": 1.0, FUSED: Settings().retrieval.dense_weight}
"""The searches without reading: share of meaning in the fused score; nothing else differs."""


def settings_of(system: str, settings: Settings) -> Settings:
    if system == WHOLE:
        return settings
    retrieval = replace(settings.retrieval, dense_weight=DENSE_WEIGHTS[system])
    return settings.model_copy(update={"retrieval": retrieval})


class SearchOnly(AssistantAsker):
    """Searches, and neither reads nor answers."""

    def describe(self) -> Mapping[str, str]:
        return {**super().describe(), "asked": "this process, search only"}

    def ask(self, question: GoldQuestion) -> Prediction:
        return Prediction(
            id=question.id,
            status=PredictionStatus.FAILED,
            error="Only searched.",
            retrieved=self.search(question),
        )

    def search(self, question: GoldQuestion) -> tuple[RetrievedPassage, ...]:
        return retrieved(
            self._assistant.retrieve(question.question, filters(question), SEARCH_DEPTH, history(question))
        )


class RewriteOnly(AssistantAsker):
    """Answers with the question as it would be searched for."""

    def describe(self) -> Mapping[str, str]:
        return {**super().describe(), "asked": "this process, rewriting only"}

    def ask(self, question: GoldQuestion) -> Prediction:
        answered = super().ask(question)
        standalone = answered.standalone_question or question.question
        return Prediction(id=question.id, status=PredictionStatus.ANSWERED, answer=standalone)

"""Gold questions asked on all nodes of a Ray cluster."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial

from assistant.ask import Assistant
from assistant.evaluation.gold import GoldQuestion
from assistant.evaluation.in_process import AssistantAsker
from assistant.evaluation.predictions import Prediction
from assistant.evaluation.run_questions import predict
from assistant.ray_cluster import joined, settings_of_node, spread
from assistant.settings import Settings
from index.encoders.load import load_encoder
from index.maintenance import repair

_QUESTIONS_AT_ONCE = 4
"""A few seconds of one core, which are lost with a node, or with a run that is stopped."""


def predict_on(address: str, settings: Settings, questions: Sequence[GoldQuestion]) -> Iterator[Prediction]:
    """Yield a prediction for each question, in their order. Raises what `joined` raises."""
    if not questions:
        return
    begin = partial(_Answering, json.dumps(settings.with_secrets()))
    with joined(address, settings):
        for predictions in spread(questions, _whole, begin, _QUESTIONS_AT_ONCE):
            yield from predictions


def _whole(question: GoldQuestion) -> list[GoldQuestion]:
    return [question]


class _Answering:
    """What a process of a node begins with; where the store is shared it makes an index of its own first."""

    def __init__(self, told: str) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="assistant-")  # removed with this
        settings = settings_of_node(told, self._folder.name)
        settings = settings.model_copy(update={"retrieval": replace(settings.retrieval, threads=1)})
        if settings.data_folder.is_shared:
            repair(settings.data_folder, load_encoder(settings.retrieval.encoder).fingerprint)
        assistant = Assistant.open(settings)
        assistant.warm_up()
        self._asker = AssistantAsker(assistant, settings)

    def __call__(self, questions: list[GoldQuestion]) -> list[Prediction]:
        return [predict(question, self._asker) for question in questions]

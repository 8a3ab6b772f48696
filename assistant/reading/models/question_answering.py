"""Any Hugging Face question-answering model as a reading model; the only file here that imports transformers."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np

from assistant.errors import ReadingModelUnavailable
from assistant.meaning.inputs import MOST_ASKED
from assistant.reading.models.span_model import Reading
from index.encoders.encoder_input import without_surrogates
from index.errors import running_a_model
from index.passage_text import text_start

if TYPE_CHECKING:
    from transformers import PreTrainedModel

_BATCH = 8
"""Passages read at once: more are not faster on two cores."""

_MOST_TOKENS = 512
"""Of question, title and passage, where the model does not say that it reads fewer."""

_ORIGIN = frozenset({"_name_or_path", "transformers_version"})
"""What a configuration says of where the model came from, not of how it reads."""


class QuestionAnsweringModel:
    """A model that was trained as SQuAD 2 asks (a span, or `[CLS]` for none), by hub name or path.

    Raises `ReadingModelUnavailable` when there is none of that name. One lock: a fast tokenizer cannot be shared by
    two threads at the same time.
    """

    def __init__(self, name: str) -> None:
        self._lock = Lock()
        self._tokenizer, self._model = _load(name)
        # RoBERTa counts positions from 2.
        positions = int(getattr(self._model.config, "max_position_embeddings", _MOST_TOKENS)) - 2
        self._most_tokens = min(self._tokenizer.model_max_length, positions, _MOST_TOKENS)

    def kind_of(self, question: str) -> None:
        """It was not trained to tell."""

    @cached_property
    def fingerprint(self) -> str:
        """Hash of configuration, tokenizer and all weights as they are in memory, wherever they came from."""
        import torch

        config = {name: value for name, value in self._model.config.to_dict().items() if name not in _ORIGIN}
        digest = hashlib.sha256(json.dumps(config, sort_keys=True, default=str).encode())
        digest.update(self._tokenizer.backend_tokenizer.to_str().encode())
        for name, tensor in sorted(self._model.state_dict().items()):
            digest.update(name.encode())
            digest.update(tensor.contiguous().view(-1).view(torch.uint8).numpy())
        return f"question-answering-{digest.hexdigest()[:32]}"

    def warm_up(self) -> None:
        """Do nothing: all is loaded."""

    def read(self, question: str, passages: Sequence[tuple[str, str]]) -> list[Reading]:
        with self._lock:
            batches = (passages[start : start + _BATCH] for start in range(0, len(passages), _BATCH))
            asked = self._cut(without_surrogates(question))
            return [reading for batch in batches for reading in self._read(asked, batch)]

    def _cut(self, question: str) -> str:
        """Cut the question to its first tokens: the tokenizer refuses one that leaves no room for a passage."""
        most = min(MOST_ASKED, self._most_tokens // 4)
        offsets = self._tokenizer(question, add_special_tokens=False, return_offsets_mapping=True)["offset_mapping"]
        return question[: offsets[most - 1][1]] if len(offsets) > most else question

    def _read(self, question: str, passages: Sequence[tuple[str, str]]) -> list[Reading]:
        import torch

        starts = [text_start(without_surrogates(title)) for title, _ in passages]
        encoded = self._tokenizer(
            [question] * len(passages),
            [start + without_surrogates(text) for start, (_, text) in zip(starts, passages, strict=True)],
            truncation="only_second",
            max_length=self._most_tokens,
            padding=True,
            return_offsets_mapping=True,
            return_tensors="pt",
        )
        offsets = encoded.pop("offset_mapping").numpy()
        with torch.inference_mode(), running_a_model():
            logits = self._model(**encoded)
        firsts, lasts = logits.start_logits.float().numpy(), logits.end_logits.float().numpy()
        return [
            _reading(offsets[row], encoded.sequence_ids(row), len(start), firsts[row], lasts[row])
            for row, start in enumerate(starts)
        ]


def _reading(
    offsets: np.ndarray, sequences: Sequence[int | None], passage_start: int, starts: np.ndarray, ends: np.ndarray
) -> Reading:
    second = np.array([sequence == 1 for sequence in sequences])
    of_passage = second & (offsets[:, 0] >= passage_start) & (offsets[:, 1] > offsets[:, 0])
    starts, ends = starts - starts[0], ends - ends[0]
    tokens = (offsets[of_passage] - passage_start).astype(np.int32)
    reading = Reading(tokens, starts[of_passage], ends[of_passage], answers=0.0)
    best = reading.best_span(0, int(tokens[-1, 1])) if len(tokens) else None
    return replace(reading, answers=best.score if best else -_NEVER)


_NEVER = 20.0
"""Log-odds against an answer in a passage of which nothing was read."""


def _load(name: str) -> tuple[Any, PreTrainedModel]:
    from transformers import AutoModelForQuestionAnswering, AutoTokenizer

    try:
        model: PreTrainedModel = AutoModelForQuestionAnswering.from_pretrained(name)
        model.eval()  # type: ignore[no-untyped-call]  # transformers leaves it untyped
        return AutoTokenizer.from_pretrained(name), model
    except Exception as error:  # a wrong name, no network, a broken file: the library has many names for them
        raise ReadingModelUnavailable(
            f"The reading model {name!r} cannot be loaded; name `default`, or the name or folder of a Hugging Face "
            "question-answering model."
        ) from error

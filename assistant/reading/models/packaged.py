"""The reading model that the installation carries; README.md in `assistant/reading` is its card."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from assistant.meaning.inputs import arrays, buckets, joined
from assistant.meaning.model import ANSWERS, KINDS, YES
from assistant.meaning.packaged import PackagedEncoder
from assistant.query.kind import QuestionKind
from assistant.reading.models.span_model import Reading
from index.encoders.encoder_input import without_surrogates
from index.encoders.weights import Weights

if TYPE_CHECKING:
    from index.encoders.bert_runtime import Head, Precision


_SURE = 0.5
"""Probability from which the kind of a question is known."""


class PackagedModel:
    """MiniLM with a head for spans and one for whole passages, trained by `benchmarks/reader/meaning.py`.

    Its weights are loaded when the first passage is read.
    """

    def __init__(self, precision: Precision | None = None, threads: int = 0) -> None:
        """`precision` and `threads` as `PackagedEncoder` takes them."""
        self._encoder = PackagedEncoder("assistant.reading", _heads, precision, threads)

    @property
    def fingerprint(self) -> str:
        return f"minilm-reader-{self._encoder.digest}"

    def warm_up(self) -> None:
        _ = self._encoder.loaded

    def read(self, question: str, passages: Sequence[tuple[str, str]]) -> list[Reading]:
        if not passages:
            return []
        tokens, bert = self._encoder.loaded
        asked, *parts = tokens.tokenize(
            [without_surrogates(part) for part in (question, *(part for passage in passages for part in passage))]
        )
        titles, texts = parts[::2], parts[1::2]
        inputs = [
            joined(asked.ids, title.ids, text.ids, tokens.classifier, tokens.separator)
            for title, text in zip(titles, texts, strict=True)
        ]
        readings: dict[int, Reading] = {}
        for rows in buckets(inputs):
            spans, whole = bert(*arrays([inputs[row] for row in rows]))
            for place, row in enumerate(rows):
                one = inputs[row]
                logits = spans[place, one.text : len(one.ids) - 1]
                readings[row] = _reading(texts[row].spans, spans[place, 0], logits, whole[place])
        return [readings[row] for row in range(len(inputs))]

    def kind_of(self, question: str) -> QuestionKind | None:
        tokens, bert = self._encoder.loaded
        (asked,) = tokens.tokenize([without_surrogates(question)])
        _, whole = bert(*arrays([joined(asked.ids, [], [], tokens.classifier, tokens.separator)]))
        odds = np.exp(whole[0, KINDS] - whole[0, KINDS].max())
        best = int(odds.argmax())
        return list(QuestionKind)[best] if odds[best] >= _SURE * odds.sum() else None


def _heads(weights: Weights) -> list[Head]:
    from index.encoders.bert_runtime import linear, linear_of_first

    return [
        linear(weights["spans.weight"], weights["spans.bias"]),
        linear_of_first(weights["whole.weight"], weights["whole.bias"]),
    ]


def _reading(
    tokens: Sequence[tuple[int, int]],
    none: NDArray[np.float32],
    logits: NDArray[np.float32],
    whole: NDArray[np.float32],
) -> Reading:
    """Return what was read in one text.

    `logits`, (n, 2), are those of the tokens that were read; `none` are those of no answer at all, `whole` those of
    the first token.
    """
    lifted = logits - none
    places = np.array(tokens[: len(logits)], np.int32).reshape(-1, 2)
    return Reading(places, lifted[:, 0], lifted[:, 1], float(whole[ANSWERS]), float(whole[YES]))

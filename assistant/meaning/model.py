"""The model of meaning that the installation carries; README.md in this folder is its card."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from assistant.meaning.inputs import Input, arrays, joined
from assistant.meaning.packaged import PackagedEncoder
from assistant.query.kind import QuestionKind
from index.encoders.encoder_input import without_surrogates
from index.encoders.weights import Weights

if TYPE_CHECKING:
    from index.encoders.bert_runtime import Head
    from index.encoders.tokens import Tokens

ANSWERS, SUPPORT, YES, KINDS = 0, slice(1, 4), 4, slice(5, 5 + len(QuestionKind))
"""Where logits stand among those of the first token: that the text answers the question; that it supports the claim,
contradicts it, does neither; that the answer is yes; the kind of a question that is read beside no text."""

_LOGITS = 5

_BATCH = 16
"""Inputs read at once: more are not faster on two cores."""


class Pair(NamedTuple):
    """A claim or question, what is known of the text (`shown.above`), and the text."""

    asked: str
    context: str
    text: str


class MeaningModel:
    """MiniLM with heads, trained by `benchmarks/reader/meaning.py`. Its weights are loaded when it is first used.

    Safe to use from several threads.
    """

    def __init__(self, threads: int = 0) -> None:
        """`threads`: 0 for as many as the processor has cores."""
        self._encoder = PackagedEncoder("assistant.meaning", _heads, threads=threads)

    @property
    def fingerprint(self) -> str:
        return f"meaning-{self._encoder.digest}"

    def warm_up(self) -> None:
        """Load what judging needs. Raises `ReadingModelUnavailable`."""
        _ = self._encoder.loaded

    def count(self, text: str) -> int:
        """Count tokens."""
        return self._encoder.loaded[0].count(without_surrogates(text))

    def logits(self, pairs: Sequence[Pair]) -> NDArray[np.float32]:
        """Return (pairs, 5): what `ANSWERS`, `SUPPORT` and `YES` name. Raises `ReadingModelUnavailable`."""
        logits = np.empty((len(pairs), _LOGITS), dtype=np.float32)
        if not pairs:
            return logits
        tokens, bert = self._encoder.loaded
        inputs = _inputs(tokens, pairs)
        order = sorted(range(len(inputs)), key=lambda number: len(inputs[number].ids))
        for start in range(0, len(order), _BATCH):
            rows = order[start : start + _BATCH]
            (heads,) = bert(*arrays([inputs[row] for row in rows]))
            logits[rows] = heads[:, :_LOGITS]
        return logits


def contradicted(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return (pairs,): the probability that a text contradicts its claim, by the logits (pairs, 3) of `SUPPORT`."""
    return np.asarray(np.exp(logits[:, 1] - np.logaddexp.reduce(logits, axis=1)))


def _heads(weights: Weights) -> list[Head]:
    from index.encoders.bert_runtime import linear_of_first

    return [linear_of_first(weights["whole.weight"], weights["whole.bias"])]


def _inputs(tokens: Tokens, pairs: Sequence[Pair]) -> list[Input]:
    parts = [part.ids for part in tokens.tokenize([without_surrogates(part) for pair in pairs for part in pair])]
    each = zip(parts[::3], parts[1::3], parts[2::3], strict=True)
    return [joined(asked, above, text, tokens.classifier, tokens.separator) for asked, above, text in each]

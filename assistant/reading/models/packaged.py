"""The reading model that the installation carries; README.md in this folder is its card."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from assistant.meaning.packaged import PackagedEncoder
from assistant.reading.models.span_model import Reading
from index.encoders.encoder_input import without_surrogates
from index.encoders.weights import Weights
from index.passage_text import text_start

if TYPE_CHECKING:
    from index.encoders.bert_runtime import Head, Precision
    from index.encoders.tokens import Tokens

_MOST_TOKENS, MOST_OF_QUESTION = 384, 96
"""Of question, title and passage together, and of a question: a passage of the default size fits beside it."""

_SPECIAL_TOKENS = 3
"""One before the question, one after it, one at the end."""

_WIDTH_STEP = 32
"""Inputs are as wide as a multiple of this many tokens: the runtime prepares each width once."""


class PackagedModel:
    """MiniLM with a head for spans and one for whole passages, trained by `benchmarks/reader/train.py`.

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
        starts = [text_start(without_surrogates(title)) for title, _ in passages]
        texts = [start + without_surrogates(text) for start, (_, text) in zip(starts, passages, strict=True)]
        asked, *tokenized = tokens.tokenize([without_surrogates(question), *texts])
        asked_ids = asked.ids[:MOST_OF_QUESTION]
        room = _MOST_TOKENS - _SPECIAL_TOKENS - len(asked_ids)
        spans, answers = bert(*_inputs(tokens, asked_ids, [of_text.ids[:room] for of_text in tokenized]))
        first = len(asked_ids) + _SPECIAL_TOKENS - 1
        return [
            _reading(of_text.spans[:room], len(start), spans[row, 0], spans[row, first:], float(answers[row, 0]))
            for row, (of_text, start) in enumerate(zip(tokenized, starts, strict=True))
        ]


def _heads(weights: Weights) -> list[Head]:
    from index.encoders.bert_runtime import linear, linear_of_first

    return [
        linear(weights["spans.weight"], weights["spans.bias"]),
        linear_of_first(weights["answers.weight"], weights["answers.bias"]),
    ]


def _inputs(
    tokens: Tokens, question: Sequence[int], texts: Sequence[Sequence[int]]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Return token ids, attention and token types, each (texts, width):

    `[CLS] question [SEP] text [SEP]` in every row.
    """
    before = [tokens.classifier, *question, tokens.separator]
    longest = len(before) + max(map(len, texts)) + 1
    shape = len(texts), -(-longest // _WIDTH_STEP) * _WIDTH_STEP
    ids, attention, types = (np.zeros(shape, dtype=np.int64) for _ in range(3))
    for row, text in enumerate(texts):
        end = len(before) + len(text) + 1
        ids[row, :end] = [*before, *text, tokens.separator]
        attention[row, :end] = 1
        types[row, len(before) : end] = 1
    return ids, attention, types


def _reading(
    tokens: Sequence[tuple[int, int]],
    passage_start: int,
    none: NDArray[np.float32],
    logits: NDArray[np.float32],
    answers: float,
) -> Reading:
    """Return what was read in one text.

    `logits`, (n, 2), begin with those of the text's first token; `none` are those of no answer at all.
    """
    spans = np.array(tokens, dtype=np.int32).reshape(-1, 2)
    of_passage = spans[:, 0] >= passage_start
    lifted = (logits[: len(spans)] - none)[of_passage]
    return Reading(spans[of_passage] - passage_start, lifted[:, 0], lifted[:, 1], answers)

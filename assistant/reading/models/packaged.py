"""The reading model that the installation carries; README.md in this folder is its card."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from assistant.meaning.inputs import arrays, joined
from assistant.meaning.packaged import PackagedEncoder
from assistant.reading.models.span_model import Reading
from index.encoders.encoder_input import without_surrogates
from index.encoders.weights import Weights
from index.passage_text import text_start

if TYPE_CHECKING:
    from index.encoders.bert_runtime import Head, Precision

_MOST_TOKENS, MOST_OF_QUESTION = 384, 96
"""Of question, title and passage together, and of a question: a passage of the default size fits beside it."""


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
        inputs = [
            joined(asked_ids, (), of_text.ids, tokens.classifier, tokens.separator, _MOST_TOKENS)
            for of_text in tokenized
        ]
        spans, answers = bert(*arrays(inputs))
        return [
            _reading(
                of_text.spans[: len(one.ids) - one.text - 1],
                len(start),
                spans[row, 0],
                spans[row, one.text :],
                float(answers[row, 0]),
            )
            for row, (one, of_text, start) in enumerate(zip(inputs, tokenized, starts, strict=True))
        ]


def _heads(weights: Weights) -> list[Head]:
    from index.encoders.bert_runtime import linear, linear_of_first

    return [
        linear(weights["spans.weight"], weights["spans.bias"]),
        linear_of_first(weights["answers.weight"], weights["answers.bias"]),
    ]


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

"""The multilingual encoder, multilingual-e5-small with its vocabulary cut; README.md in `multilingual` is its card."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np

from corpus.text.chinese import CHINESE
from corpus.text.language import likely_language
from corpus.text.letters import simplified
from index.encoders.carried import WEIGHTS, Carried, CarriedEncoder
from index.encoders.encoder import Vector, Vectors
from index.encoders.weights import Weights, read_weights

if TYPE_CHECKING:
    from index.encoders.bert_runtime import Precision

MULTILINGUAL = "multilingual"

_FOLDER = Path(__file__).parent / "multilingual"

_Kind = Literal["question", "passage"]


class MultilingualEncoder(CarriedEncoder):
    """Chinese, Japanese, Korean and Western European languages in one space, in which a question finds text of any.

    All vectors of the model point about one way, those of one language most. Of that a part is taken off, by the
    language and by whether it is a question: what is left tells texts apart, across languages too (record 45).
    Chinese is read in simplified letters, so that both writings of a text have one vector.
    """

    def __init__(self, precision: Precision | None = None, threads: int = 0) -> None:
        """`precision` and `threads` as `CarriedEncoder` takes them."""
        carried = Carried(
            name=MULTILINGUAL,
            folder=_FOLDER,
            family="e5-simplified",
            remedy="install the assistant again",
            before_question="query: ",
            before_passage="passage: ",
        )
        super().__init__(carried, precision, threads)

    def embed_question(self, question: str) -> Vector:
        question = _as_read(question)
        vector: Vector = self._told_apart(super().embed_question(question)[None], [question], "question")[0]
        return vector

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        texts = [_as_read(text) for text in texts]
        return self._told_apart(super().embed_passages(texts), texts, "passage")

    def _told_apart(self, vectors: Vectors, texts: Sequence[str], kind: _Kind) -> Vectors:
        if not texts:
            return vectors
        left = vectors - np.stack([self._weights[f"common.{kind}.{likely_language(text)}"] for text in texts])
        told_apart: Vectors = left / np.linalg.norm(left, axis=1, keepdims=True)
        return told_apart

    @cached_property
    def _weights(self) -> Weights:
        return read_weights(_FOLDER / WEIGHTS)


def _as_read(text: str) -> str:
    """Return Chinese in simplified letters; Japanese has some of the traditional ones as its own."""
    return simplified(text) if likely_language(text) == CHINESE.tag else text

"""The Protocol of an encoder, and the types of its vectors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
"""Shape (n, dimension); every row has length 1, so that a dot product is a cosine."""

Vector = NDArray[np.float32]
"""Shape (dimension,), length 1."""


class Encoder(Protocol):
    """Turns text into unit vectors. Safe to call from several threads; questions and passages may differ.

    Raises `ModelRunFailed` when a text could not be embedded, and `EncoderUnavailable` when none can.
    """

    @property
    def fingerprint(self) -> str:
        """Identify model and settings: equal fingerprints give equal vectors, so it keys every cache."""

    @property
    def dimension(self) -> int: ...

    @property
    def max_tokens(self) -> int:
        """Tokens of a passage that are read at most; what is longer is cut off by the model."""

    def embed_question(self, question: str) -> Vector: ...

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Vectors in the order of `texts`; shape (0, dimension) for none."""

    def count_tokens(self, text: str) -> int:
        """Tokens of `text` as the model counts them, special tokens left out."""

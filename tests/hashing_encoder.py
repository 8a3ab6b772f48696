"""A small encoder for unit tests that means something: texts that share words are near each other."""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence

import numpy as np

from index.encoders.encoder import Vector, Vectors

_DIMENSION = 256


class HashingEncoder:
    """Bag of hashed words, unit length (feature hashing, Weinberger et al. 2009)."""

    fingerprint = "hashing-256"
    dimension = _DIMENSION
    max_tokens = 64

    def embed_question(self, question: str) -> Vector:
        return self.embed_passages([question])[0]

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        vectors = np.zeros((len(texts), _DIMENSION), dtype=np.float32)
        for row, text in zip(vectors, texts, strict=True):
            for word in _words(text):
                row[zlib.crc32(word.encode()) % _DIMENSION] += 1.0
            # A text without words still needs a direction: cosine is undefined for the zero vector.
            row[0] += 1e-3
            row /= np.linalg.norm(row)
        return vectors

    def count_tokens(self, text: str) -> int:
        return len(_words(text))


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())

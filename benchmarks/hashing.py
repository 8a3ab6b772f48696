"""An encoder that costs next to nothing, so that a benchmark measures all that is around it.

Its vectors are as long as those of the carried encoder, and texts that share words are near each other.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from index.encoders.encoder import Vector, Vectors

_WORD = re.compile(r"\w+")

_REMEMBERED_WORDS = 200_000


class HashingEncoder:
    """Sets of hashed words, unit length: each word counts once, into one number, with a sign."""

    fingerprint = "benchmark-hashing-384"
    dimension = 384
    max_tokens = 254

    def embed_question(self, question: str) -> Vector:
        return self.embed_passages([question])[0]

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for vector, text in zip(vectors, texts, strict=True):
            places = [_place(word) for word in set(_WORD.findall(text.lower()))]
            # A place below the dimension adds one to its number, the others take one from theirs.
            counted = np.bincount(np.array(places, dtype=np.intp), minlength=2 * self.dimension)
            vector[:] = counted[: self.dimension] - counted[self.dimension :]
            vector[0] += 1e-3  # a text without words still needs a direction
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)

    def count_tokens(self, text: str) -> int:
        """Return a token for each word and a third more, as in English."""
        return len(_WORD.findall(text)) * 4 // 3


@lru_cache(_REMEMBERED_WORDS)
def _place(word: str) -> int:
    return zlib.crc32(word.encode()) % (2 * HashingEncoder.dimension)

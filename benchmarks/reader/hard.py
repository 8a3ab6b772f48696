"""Hard near misses: of the texts that do not answer a question, those that are nearest to it by meaning and by words.

What the product reads was chosen in the same way. A reader that has learned from texts that only share words meets
harder ones there.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import numpy as np

from benchmarks.reader.public import shared_words
from index.encoders.encoder import Encoder, Vector

_A_WORD = 0.05
"""What one more shared word is worth, in cosine."""

Place = TypeVar("Place")


class NearMisses:
    """Ranks wrong texts by their vectors, which are made once for each text."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._vectors: dict[str, Vector] = {}

    def hardest(self, question: str, texts: Sequence[tuple[Place, str, str]], count: int) -> list[Place]:
        """Return so many places of texts that do not answer, hardest first; a text is (place, what is above, text)."""
        new = [text for _, _, text in texts if text not in self._vectors]
        if new:
            self._vectors.update(zip(new, self._encoder.embed_passages(new), strict=True))
        asked = self._encoder.embed_question(question)
        near = [
            float(np.dot(self._vectors[text], asked)) + _A_WORD * shared_words(question, f"{above} {text}")
            for _, above, text in texts
        ]
        order = sorted(range(len(texts)), key=lambda number: -near[number])
        return [texts[number][0] for number in order[:count]]

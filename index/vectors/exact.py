"""Exact search, by comparing with every vector: the fallback, the search of few passages, and the oracle."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from index.encoders.encoder import Vector, Vectors


class ExactVectors:
    """`matrix` has one unit row for each of `ids`; about 10 ms a search for 100,000 rows of 384."""

    name = None
    """It belongs to no generation."""

    def __init__(self, ids: Sequence[str], matrix: Vectors) -> None:
        if len(ids) != len(matrix):
            raise ValueError(f"{len(ids)} ids for {len(matrix)} vectors")
        self._ids = ids
        self._matrix = matrix

    def rows(self) -> dict[str, Vector]:
        """Return the vector of each id."""
        return dict(zip(self._ids, self._matrix, strict=True))

    def search(self, vector: Vector, limit: int) -> list[tuple[str, float]]:
        """Return at most `limit` (id, cosine), best first; equal ones in the order of `ids`."""
        if not len(self._ids) or limit <= 0:
            return []
        cosines = self._matrix @ vector
        best = _best_rows(cosines, limit)
        return [(self._ids[row], float(cosines[row])) for row in best]


def _best_rows(cosines: Vector, limit: int) -> NDArray[np.intp]:
    if limit >= len(cosines):
        return np.argsort(-cosines, kind="stable")
    # The limit-th best value may be shared; keeping all that share it makes the order of ties exact.
    threshold = np.partition(cosines, -limit)[-limit]
    candidates = np.flatnonzero(cosines >= threshold)
    return candidates[np.argsort(-cosines[candidates], kind="stable")][:limit]

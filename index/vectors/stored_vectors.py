"""The store's vectors as arrays: what generations are built from and checked against."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from corpus.article import Passage
from corpus.store.protocols import Store
from index.encoders.encoder import Vectors

_AT_ONCE = 1_000
"""Vectors in memory together: with their copies some MB."""


def stored_vectors(store: Store, encoder: str, passages: Sequence[Passage]) -> tuple[list[str], Vectors]:
    """Return ids and vectors (as rows) of those `passages` that have one from this encoder, in their order."""
    by_key = store.vectors.get(encoder, list({passage.vector_key for passage in passages}))
    known = [passage for passage in passages if passage.vector_key in by_key]
    if not known:
        return [], np.zeros((0, 0), dtype=np.float32)
    return [passage.id for passage in known], np.stack([by_key[passage.vector_key] for passage in known])


def nearest_cosines(store: Store, encoder: str, passages: Sequence[Passage], questions: Vectors, most: int) -> Vectors:
    """Compare `questions` (unit rows) with every stored vector of `passages`, however many these are.

    Returns, a row for each question, the cosines of the nearest, best first: `most` of them, or as many as there are.
    """
    nearest = np.zeros((len(questions), 0), dtype=np.float32)
    for start in range(0, len(passages), _AT_ONCE):
        ids, vectors = stored_vectors(store, encoder, passages[start : start + _AT_ONCE])
        if ids:
            nearest = np.sort(np.hstack([nearest, questions @ vectors.T]))[:, -most:]
    return nearest[:, ::-1]

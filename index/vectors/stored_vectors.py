"""The store's vectors as arrays: what generations are built from, checked against, and replaced by."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from corpus.article import Passage
from corpus.store.protocols import Store
from index.encoders.encoder import Vectors
from index.vectors.exact import ExactVectors


def stored_vectors(store: Store, encoder: str, passages: Sequence[Passage]) -> tuple[list[str], Vectors]:
    """Return ids and vectors (as rows) of those `passages` that have one from this encoder, in their order."""
    by_key = store.vectors.get(encoder, list({passage.vector_key for passage in passages}))
    known = [passage for passage in passages if passage.vector_key in by_key]
    if not known:
        return [], np.zeros((0, 0), dtype=np.float32)
    return [passage.id for passage in known], np.stack([by_key[passage.vector_key] for passage in known])


def exact_vectors(store: Store, encoder: str, passages: Sequence[Passage] | None = None) -> ExactVectors:
    """Return exact search over those of `passages`, or of all, that have a vector: in memory, 4 bytes a dimension."""
    return ExactVectors(*stored_vectors(store, encoder, store.passages.all() if passages is None else passages))

"""Articles whose passages have given vectors, for tests of vector indexes."""

from __future__ import annotations

import numpy as np

from corpus.article import Passage
from corpus.store.protocols import Store
from index.encoders.encoder import Vectors
from tests.corpus.store.examples import put_unsplit
from tests.index.library import article

ENCODER = "numbers"


def put_vectors(store: Store, name: str, vectors: Vectors) -> None:
    """An article called `name` with a passage for each row of `vectors`."""
    stored = article(name, "x" * len(vectors))
    put_unsplit(store, [stored])
    passages = [
        Passage(f"{name}-{row}", stored.id, stored.content_hash, row, row + 1, f"{name}-{row}")
        for row in range(len(vectors))
    ]
    store.passages.put("letters", {stored.id: passages})
    store.vectors.put(ENCODER, [passage.vector_key for passage in passages], vectors)


def unit_vectors(count: int, seed: int = 0) -> Vectors:
    vectors = np.random.default_rng(seed).normal(size=(count, 16))
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), dtype=np.float32)


def kept(store: Store) -> list[str]:
    return [record.name for record in store.generations.kept()]

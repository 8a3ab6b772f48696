"""The delta index: passages committed after a generation was built, searched exactly beside it."""

from __future__ import annotations

import numpy as np

from corpus.store.protocols import ChangeMark, Store
from index.encoders.encoder import Vector
from index.vectors.exact import ExactVectors
from index.vectors.protocols import VectorIndex
from index.vectors.stored_vectors import stored_vectors

MAX_DELTA_PASSAGES = 5_000
"""Passages searched beside a generation before a new one is due; see decision record 14."""


class DeltaIndex:
    """Follows the store from one `seq` on. Held by one thread at a time; what it gives out never changes.

    What is replaced or deleted meanwhile may still be found here: whoever looks it up in the store finds it gone.
    """

    def __init__(self, store: Store, encoder: str, since: int) -> None:
        self._store = store
        self._encoder = encoder
        self._since = since
        self._mark: ChangeMark | None = None
        self._ids: list[str] = []
        self.vectors = ExactVectors([], np.zeros((0, 0), dtype=np.float32))

    @property
    def count(self) -> int:
        return len(self._ids)

    def refresh(self) -> bool:
        """Take in what was committed by now; say whether anything came or went."""
        mark = self._store.changes.mark()
        if mark == self._mark:
            return False
        passages = self._store.passages.embedded_since(self._encoder, self._since)
        ids = [passage.id for passage in passages]
        changed = ids != self._ids
        if changed:
            held = self.vectors.rows()
            known, rows = stored_vectors(self._store, self._encoder, [one for one in passages if one.id not in held])
            by_id = held | dict(zip(known, rows, strict=True))
            self._take([id_ for id_ in ids if id_ in by_id], by_id)
        # Only now: a vector that went meanwhile was purged, which the next look sees.
        self._mark = mark
        return changed

    def _take(self, ids: list[str], rows: dict[str, Vector]) -> None:
        matrix = np.stack([rows[id_] for id_ in ids]) if ids else np.zeros((0, 0), dtype=np.float32)
        self._ids, self.vectors = ids, ExactVectors(ids, matrix)


class WithDelta:
    """A generation and what came after it, as one index."""

    def __init__(self, generation: VectorIndex, delta: ExactVectors) -> None:
        self.name = generation.name
        self._generation = generation
        self._delta = delta

    def search(self, vector: Vector, limit: int) -> list[tuple[str, float]]:
        """Search both, as `VectorIndex.search` does."""
        cosines = dict(self._generation.search(vector, limit)) | dict(self._delta.search(vector, limit))
        # An article whose date alone changed has its passages in both.
        return sorted(cosines.items(), key=lambda found: -found[1])[:limit]

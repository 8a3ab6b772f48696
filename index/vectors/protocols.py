"""Protocols of a vector index: to be searched, to be opened, to be built.

`index.vectors.chroma` implements them in a folder, `index.vectors.chroma_server` on a server.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from corpus.generation_record import GenerationRecord
from corpus.store.protocols import Store
from index.child_process import OnProgress
from index.encoders.encoder import Vector


class VectorIndex(Protocol):
    """An index that is searched by vector, whether a generation or the stored vectors, compared one by one.

    `name` is the generation's, None when there is none. Safe to use from several threads.
    """

    @property
    def name(self) -> str | None: ...

    def search(self, vector: Vector, limit: int) -> list[tuple[str, float]]:
        """Return at most `limit` passage ids with their cosines to a unit vector, nearest first; some may be gone.

        Raises `GenerationDamaged` when what it reads was taken away meanwhile.
        """


class Generation(VectorIndex, Protocol):
    """A finished index of all passages up to some change; it can be searched for as long as it is held."""

    @property
    def name(self) -> str: ...

    @property
    def is_away(self) -> bool:
        """Whether it finds nothing for now, because a server does not answer; it comes back by itself."""


class VectorCollection(Protocol):
    """What an engine keeps of a generation: vectors by id, each once."""

    def __len__(self) -> int:
        """Count the vectors it says it has; no proof of health."""

    def search(self, vector: Vector, limit: int) -> list[tuple[str, float]]:
        """Return at most `limit` ids with their cosines, nearest first."""

    def vectors(self, ids: Sequence[str]) -> dict[str, Vector]:
        """Return the stored vectors of those `ids` that are there."""

    def close(self) -> object:
        """Close now, which only a sole holder may do."""


class VectorIndexReader(Protocol):
    """Opens what was built."""

    def open(self, record: GenerationRecord) -> Generation:
        """Raise `GenerationDamaged`, saying why, unless it is what was built."""

    def exists(self, name: str) -> bool:
        """Whether a generation is there still, sound or not; cheap."""

    def age_seconds(self, name: str) -> float | None:
        """Return the time since a generation was built; None when it is there no longer."""


class VectorIndexWriter(Protocol):
    """Builds, verifies and publishes. `store` must be a writer."""

    def is_current(self, store: Store, encoder: str) -> bool:
        """Whether the live generation opens and holds exactly the stored passages; `encoder` is a fingerprint."""

    def build(self, store: Store, encoder: str, on_progress: OnProgress | None = None) -> str | None:
        """Make a generation of all passages live and return its name; None when there are no passages.

        Every passage must have its vector from this encoder. `on_progress` hears how many passages are in, and
        of how many. Raises `GenerationBuildFailed`; what was live is untouched.
        """

    def sweep(self, store: Store) -> None:
        """Remove what killed builds left and generations that the store does not name."""

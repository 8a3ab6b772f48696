"""An open generation: what Chroma finds, and what has to be searched beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from index.encoders.encoder import Vector
from index.vectors.exact import ExactVectors
from index.vectors.protocols import VectorCollection


class ChromaGeneration:
    """An open generation; it can be searched while held, whatever becomes live meanwhile.

    `graph` has each different vector once, under the id of the first passage that has it; `copies` are the other
    passages by that id, `unreachable` the vectors that no walk through the graph reaches (see `unreachable.py`).
    """

    is_away = False
    """Its files are here, or it is damaged."""

    def __init__(
        self, name: str, graph: VectorCollection, unreachable: ExactVectors, copies: Mapping[str, Sequence[str]]
    ) -> None:
        self.name = name
        self.graph = graph
        self._unreachable = unreachable
        self._copies = copies

    def copied(self) -> set[str]:
        """Return passages that are found under the id of another one."""
        return {id_ for ids in self._copies.values() for id_ in ids}

    def search(self, vector: Vector, limit: int) -> list[tuple[str, float]]:
        """Search as `VectorIndex.search` does; raises `GenerationDamaged` when its files were taken away meanwhile."""
        cosines = dict(self.graph.search(vector, limit)) | dict(self._unreachable.search(vector, limit))
        nearest = sorted(cosines.items(), key=lambda found: -found[1])
        found = [(same, cosine) for id_, cosine in nearest for same in (id_, *self._copies.get(id_, ()))]
        return found[:limit]

    def close(self) -> None:
        """Close now, which only a sole holder may do; else it closes when the last holder lets go."""
        self.graph.close()

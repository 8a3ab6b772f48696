"""A collection on a Chroma server: written once, described, then only read. It has ids and vectors, and no text."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from index.encoders.encoder import Vector, Vectors
from index.errors import GenerationDamaged
from index.vectors.chroma.engine import HNSW, LARGEST_BATCH
from index.vectors.chroma_server.connection import ChromaServer, NotThere, ServerAway

_MANIFEST, _MARKED, _COPIES, _UNREACHABLE = "manifest", "marked", "copies", "unreachable"
"""Names of metadata: of the collection, and of vectors. Chroma's filters need one that all of these have."""

_MARKED_AT_ONCE = 500
"""Vectors in one response: 3 MB at most."""


@dataclass(frozen=True, slots=True)
class CollectionManifest:
    """What a finished collection holds, as `index.vectors.chroma.manifest.Manifest` says it of a folder.

    `marked` vectors have copies or are unreachable, which is noted beside them.
    """

    encoder: str
    seq: int
    passages_hash: str
    vectors: int
    canaries: tuple[str, ...]
    marked: int


@dataclass(frozen=True, slots=True)
class Marks:
    """Passages that have the vector of another, by that one's id; and the vectors that the graph does not reach."""

    copies: Mapping[str, Sequence[str]]
    unreachable: Mapping[str, Vector]


class ServerVectors:
    """`VectorCollection`. Everything raises `ServerAway`, and `GenerationDamaged` when the server has lost it."""

    def __init__(self, server: ChromaServer, name: str) -> None:
        self._server = server
        self.name = name
        found = self._ask("GET", f"/collections/{name}")
        with self._understood():
            self._path = f"/collections/{found['id']}"
            self._metadata: dict[str, Any] = found["metadata"] or {}

    def manifest(self) -> CollectionManifest:
        """Raise `GenerationDamaged` when the collection was not finished."""
        try:
            fields = json.loads(self._metadata[_MANIFEST])
            return CollectionManifest(canaries=tuple(fields.pop("canaries")), **fields)
        except (KeyError, ValueError, TypeError, AttributeError) as error:
            raise GenerationDamaged(f"The collection {self.name} is not finished.") from error

    def __len__(self) -> int:
        return int(self._ask("GET", f"{self._path}/count"))

    def search(self, vector: Vector, limit: int) -> list[tuple[str, float]]:
        question = {"query_embeddings": [vector.tolist()], "n_results": limit, "include": ["distances"]}
        found = self._ask("POST", f"{self._path}/query", question)
        with self._understood():
            return [(id_, 1.0 - far) for id_, far in zip(found["ids"][0], found["distances"][0], strict=True)]

    def vectors(self, ids: Sequence[str]) -> dict[str, Vector]:
        held: dict[str, Vector] = {}
        for start in range(0, len(ids), LARGEST_BATCH):
            wanted = {"ids": list(ids[start : start + LARGEST_BATCH]), "include": ["embeddings"]}
            held |= {id_: vector for id_, vector, _ in self._get(wanted)}
        return held

    def marks(self, count: int) -> Marks:
        """Raise `GenerationDamaged` unless `count` vectors have marks."""
        copies: dict[str, Sequence[str]] = {}
        unreachable: dict[str, Vector] = {}
        marked = 0
        while marked < count:
            page = {"limit": _MARKED_AT_ONCE, "offset": marked, "include": ["embeddings", "metadatas"]}
            found = list(self._get({"where": {_MARKED: 1}, **page}))
            if not found:
                raise GenerationDamaged(f"The collection {self.name} has {marked} marks instead of {count}.")
            marked += len(found)
            copies |= {id_: noted[_COPIES].split("\n") for id_, _, noted in found if _COPIES in noted}
            unreachable |= {id_: vector for id_, vector, noted in found if _UNREACHABLE in noted}
        return Marks(copies, unreachable)

    def add(self, ids: Sequence[str], vectors: Vectors) -> None:
        """Add at most `LARGEST_BATCH`, none of them twice."""
        if not np.isfinite(vectors).all():
            raise GenerationDamaged("Vectors must not contain NaN or infinite numbers.")
        written = [b64encode(row.astype("<f4").tobytes()).decode() for row in vectors]
        self._ask("POST", f"{self._path}/add", {"ids": list(ids), "embeddings": written})

    def mark(self, copies: Mapping[str, Sequence[str]], unreachable: Iterable[str]) -> int:
        """Note these beside their vectors; return of how many."""
        noted: dict[str, dict[str, object]] = {
            id_: {_MARKED: 1, _COPIES: "\n".join(ids)} for id_, ids in copies.items()
        }
        for id_ in unreachable:
            noted.setdefault(id_, {_MARKED: 1})[_UNREACHABLE] = True
        ids = list(noted)
        for start in range(0, len(ids), LARGEST_BATCH):
            batch = ids[start : start + LARGEST_BATCH]
            self._ask("POST", f"{self._path}/update", {"ids": batch, "metadatas": [noted[id_] for id_ in batch]})
        return len(ids)

    def finish(self, manifest: CollectionManifest) -> None:
        """Describe it, which says that it is finished."""
        self._metadata = {_MANIFEST: json.dumps(asdict(manifest))}
        self._ask("PUT", self._path, {"new_metadata": self._metadata})

    def close(self) -> None:
        """Connections are the server's."""

    def _get(self, wanted: Mapping[str, object]) -> Iterator[tuple[str, Vector, dict[str, str]]]:
        """Yield id, vector and metadata, if these were asked for, of what is there."""
        found = self._ask("POST", f"{self._path}/get", wanted)
        with self._understood():
            noted = found.get("metadatas") or [{}] * len(found["ids"])
            for id_, vector, metadata in zip(found["ids"], found["embeddings"], noted, strict=True):
                yield id_, np.asarray(vector, dtype=np.float32), metadata or {}

    def _ask(self, method: str, path: str, body: object = None) -> Any:
        try:
            return self._server.ask(method, path, body)
        except NotThere:
            raise GenerationDamaged(f"{self._server.url} does not have the collection {self.name}.") from None

    @contextmanager
    def _understood(self) -> Iterator[None]:
        try:
            yield
        except (KeyError, IndexError, TypeError, ValueError, AttributeError) as error:
            raise ServerAway(f"{self._server.url} does not answer as Chroma does") from error


def make_collection(server: ChromaServer, name: str) -> ServerVectors:
    """Make an empty collection, whose graph is like those in folders."""
    server.ask("POST", "/collections", {"name": name, "configuration": {"hnsw": HNSW}})
    return ServerVectors(server, name)


def remove_collection(server: ChromaServer, name: str) -> None:
    """Remove it, if it is there."""
    try:
        server.ask("DELETE", f"/collections/{name}")
    except NotThere:
        return


def collection_names(server: ChromaServer, prefix: str) -> list[str]:
    """Return the names that begin with `prefix`."""
    names: list[str] = []
    while page := server.ask("GET", "/collections", parameters={"limit": _MARKED_AT_ONCE, "offset": len(names)}):
        names += [str(found["name"]) for found in page]
    return [name for name in names if name.startswith(prefix)]

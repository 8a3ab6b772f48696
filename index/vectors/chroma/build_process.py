"""The child of `generation_folders`: builds a collection in a staging folder, closes it, opens it anew and verifies it.

It reads the store itself, so that nothing large is sent between processes, and never loads the encoder.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TypeVar

import numpy as np

from corpus.article import Passage
from corpus.store import DataFolder, open_store
from corpus.store.protocols import Store
from index.child_process import OnProgress, become_child, parents_message
from index.encoders.encoder import Vector, Vectors
from index.errors import GenerationDamaged
from index.file_records import record_files
from index.vectors.chroma.engine import LARGEST_BATCH, ChromaVectors, rewritten_by_opening, write_collection
from index.vectors.chroma.health import NEIGHBOURS, check_against, finds_itself, open_healthy
from index.vectors.chroma.manifest import Manifest, hash_of_ids, read_manifest, write_manifest
from index.vectors.chroma.open_generation import ChromaGeneration
from index.vectors.chroma.unreachable import find_unreachable, write_unreachable
from index.vectors.stored_vectors import nearest_cosines, stored_vectors

_T = TypeVar("_T")

CANARIES = 16
"""Every open pays for them: 3 ms each, most of it Chroma's."""

_SAMPLE = 100
"""Passages that the verifier looks up; only builds pay for them."""


def main(arguments: Sequence[str]) -> None:
    """Build and verify; `arguments`: the data folder, the staging folder, the encoder.

    The message of the parent is the address of the database, empty when there is none.
    """
    data, staging, encoder = arguments
    database_url = parents_message() or None
    on_progress = become_child()
    with open_store(DataFolder(Path(data), database_url)) as store:
        build(store, encoder, Path(staging), on_progress)
        verify(store, encoder, Path(staging))


def build(store: Store, encoder: str, folder: Path, on_progress: OnProgress) -> None:
    """Fill the empty `folder` with a generation of all passages, closed and described by its manifest."""
    seq, distinct = store.changes.seq(), Distinct()
    passages = store.passages.all(until=seq)
    write_collection(folder, distinct.only(batches(store, encoder, passages, on_progress)))
    unreachable, canaries = _explore(folder, distinct.ids)
    manifest = Manifest(
        encoder=encoder,
        seq=seq,
        passages_hash=hash_of_ids(passage.id for passage in passages),
        vectors=len(distinct.ids),
        canaries=tuple(canaries),
        unreachable=tuple(unreachable),
        copies=distinct.copies,
        files=record_files(folder, rewritten_by_opening(folder)),
    )
    write_manifest(folder, manifest)


def verify(store: Store, encoder: str, folder: Path) -> None:
    """Open it as a reader will, and compare it with the store; raise `GenerationDamaged`, saying why."""
    manifest = read_manifest(folder)
    # What was added since is searched beside it; what was replaced or deleted since is masked.
    passages = store.passages.all(until=manifest.seq)
    generation = open_healthy(folder, manifest)
    check_generation(store, encoder, generation, passages, manifest.passages_hash)
    generation.close()


def check_generation(
    store: Store, encoder: str, generation: ChromaGeneration, passages: Sequence[Passage], passages_hash: str
) -> None:
    """Raise `GenerationDamaged` unless it finds the store's `passages`; `passages_hash` is of those it was made of."""
    if passages_hash != hash_of_ids(passage.id for passage in passages):
        _check_that_it_holds(generation, [passage.id for passage in passages])
    copied = generation.copied()
    sampled = spread([passage for passage in passages if passage.id not in copied], _SAMPLE)
    if sampled:  # else all that it covers was deleted meanwhile
        sample = _vectors_by_id(store, encoder, sampled)
        nearest = nearest_cosines(store, encoder, passages, np.stack(list(sample.values())), NEIGHBOURS)
        check_against(nearest, sample, generation)


def _check_that_it_holds(generation: ChromaGeneration, ids: Sequence[str]) -> None:
    copied = generation.copied()
    expected = [id_ for id_ in ids if id_ not in copied]
    for start in range(0, len(expected), LARGEST_BATCH):
        batch = expected[start : start + LARGEST_BATCH]
        if len(generation.graph.vectors(batch)) < len(batch):
            raise GenerationDamaged("It does not hold the store's passages.")


def _explore(folder: Path, ids: Sequence[str]) -> tuple[list[str], list[str]]:
    """Write the unreachable vectors of a new collection; return them, and some canaries that it does find."""
    graph = ChromaVectors(folder)
    unreachable = find_unreachable(graph, ids)
    write_unreachable(folder, graph, unreachable)
    candidates = graph.vectors(spread(ids, CANARIES))
    canaries = [id_ for id_, vector in candidates.items() if finds_itself(graph, vector)]
    graph.close()
    return unreachable, canaries


class Distinct:
    """Lets each vector through once and remembers whose copies it held back: see `write_collection`."""

    def __init__(self) -> None:
        self._first: dict[bytes, str] = {}
        self.copies: dict[str, list[str]] = {}

    @property
    def ids(self) -> list[str]:
        return list(self._first.values())

    def only(self, batches: Iterator[tuple[list[str], Vectors]]) -> Iterator[tuple[list[str], Vectors]]:
        for ids, vectors in batches:
            rows = [row for row, id_ in enumerate(ids) if self._is_first(id_, vectors[row])]
            if rows:
                yield [ids[row] for row in rows], vectors[rows]

    def _is_first(self, id_: str, vector: Vector) -> bool:
        first = self._first.setdefault(hashlib.sha256(vector.tobytes()).digest(), id_)
        if first != id_:
            self.copies.setdefault(first, []).append(id_)
        return first == id_


def batches(
    store: Store, encoder: str, passages: Sequence[Passage], on_progress: OnProgress
) -> Iterator[tuple[list[str], Vectors]]:
    for start in range(0, len(passages), LARGEST_BATCH):
        yield stored_vectors(store, encoder, passages[start : start + LARGEST_BATCH])
        on_progress(min(start + LARGEST_BATCH, len(passages)), len(passages))


def _vectors_by_id(store: Store, encoder: str, passages: Sequence[Passage]) -> dict[str, Vector]:
    ids, vectors = stored_vectors(store, encoder, passages)
    return dict(zip(ids, vectors, strict=True))


def spread(items: Sequence[_T], count: int) -> Sequence[_T]:
    """At most about `count` of them, evenly from first to last."""
    return items[:: max(1, -(-len(items) // count))]

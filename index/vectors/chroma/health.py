"""Health checks of a generation: the same between builder and store, and before each reader."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from statistics import mean

from index.encoders.encoder import Vector, Vectors
from index.errors import GenerationDamaged
from index.vectors.chroma.engine import SQLITE_FILE, ChromaVectors
from index.vectors.chroma.manifest import Manifest, check_files
from index.vectors.chroma.open_generation import ChromaGeneration
from index.vectors.chroma.unreachable import read_unreachable
from index.vectors.protocols import VectorCollection, VectorIndex

_SAME = 0.999
"""Cosine of a vector with itself, give or take its rounding to 16 bits."""

NEIGHBOURS = 10
"""How many nearest of each passage of a sample are looked for."""

_LEAST_RECALL = 0.5
"""Of `NEIGHBOURS`: 1.0 on text; random directions, the hardest there are, give 0.8 of 21,000."""

_LEAST_SELF_RECALL = 0.95
"""Of a sample: 1.0 always, so far."""


def open_healthy(folder: Path, manifest: Manifest) -> ChromaGeneration:
    """Open the generation in `folder`, named after it; raise `GenerationDamaged`, saying why, rather than serve damage.

    Bytes are compared before Chroma reads them, because a flipped bit can end the process in its native code.
    """
    check_files(folder, manifest)
    _check_sqlite(folder / SQLITE_FILE)
    graph = ChromaVectors(folder)
    check_canaries(graph, manifest.vectors, manifest.canaries)
    return ChromaGeneration(folder.name, graph, read_unreachable(folder, manifest.unreachable), manifest.copies)


def check_against(nearest: Vectors, sample: Mapping[str, Vector], generation: ChromaGeneration) -> None:
    """Raise `GenerationDamaged` unless a sample of passages has its own vectors, finds itself and its neighbours.

    `nearest` has a row for each of them: the cosines of its neighbours, best first.
    """
    stored = generation.graph.vectors(list(sample))
    for id_, vector in sample.items():
        if id_ not in stored or float(vector @ stored[id_]) < _SAME:
            raise GenerationDamaged(f"Passage {id_} was not stored with its own vector.")
    _check_share("passages", mean(finds_itself(generation, vector) for vector in sample.values()), _LEAST_SELF_RECALL)
    pairs = zip(nearest, sample.values(), strict=True)
    _check_share("neighbours", mean(_recall(expected, generation, vector) for expected, vector in pairs), _LEAST_RECALL)


def finds_itself(vectors: VectorIndex | VectorCollection, vector: Vector) -> bool:
    """Whether a search for a stored `vector` finds it, or one that is equal."""
    nearest = vectors.search(vector, 1)
    return bool(nearest) and nearest[0][1] >= _SAME


def _recall(expected: Vector, generation: ChromaGeneration, question: Vector) -> float:
    """Return the recall by cosine, not by id: among passages that are equally near, any is right."""
    least = float(expected[-1]) - (1 - _SAME)
    return sum(cosine >= least for _, cosine in generation.search(question, len(expected))) / len(expected)


def _check_share(things: str, found: float, least: float) -> None:
    if found < least:
        raise GenerationDamaged(f"Only {found:.0%} of the nearest {things} are found, instead of at least {least:.0%}.")


def _check_sqlite(path: Path) -> None:
    try:
        # mode=rw: a missing file must not be made.
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True)) as database:
            verdict = database.execute("PRAGMA quick_check(1)").fetchone()[0]
    except sqlite3.Error as error:
        verdict = str(error)
    if verdict != "ok":
        raise GenerationDamaged(f"SQLite finds {path} damaged: {verdict}.")


def check_canaries(graph: VectorCollection, vectors: int, canaries: Sequence[str]) -> None:
    """Raise `GenerationDamaged` unless a collection holds so many vectors and finds these passages by their own."""
    if len(graph) != vectors:
        raise GenerationDamaged(f"The collection holds {len(graph)} vectors instead of {vectors}.")
    stored = graph.vectors(canaries)
    for id_ in canaries:
        if id_ not in stored or not finds_itself(graph, stored[id_]):
            raise GenerationDamaged(f"The collection does not find its own passage {id_}.")

"""Is a generation fit to serve? The same checks stand between builder and catalog, and before each reader."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from statistics import mean

from index.chroma import SQLITE_FILE, ChromaVectors
from index.encoder import Vector
from index.errors import GenerationDamaged
from index.exact import ExactVectors
from index.manifest import Manifest, check_files

_SAME = 0.999
"""Cosine of a vector with itself, give or take its rounding to 16 bits."""

_NEIGHBOURS = 10

_LEAST_RECALL = 0.5
"""Of `_NEIGHBOURS`: 1.0 on text; random directions, the hardest there are, give 0.8 of 21,000."""


def open_healthy(folder: Path, manifest: Manifest) -> ChromaVectors:
    """The collection in `folder`; raises `GenerationDamaged`, saying why, rather than serve damage.

    Bytes are compared before Chroma reads them, because a flipped bit can end the process in its native code.
    """
    check_files(folder, manifest)
    _check_sqlite(folder / SQLITE_FILE)
    vectors = ChromaVectors(folder)
    _check_self_recall(vectors, manifest)
    return vectors


def check_against(truth: ExactVectors, sample: Mapping[str, Vector], vectors: ChromaVectors) -> None:
    """Raises `GenerationDamaged` unless a sample of passages has its own vectors and finds its neighbours."""
    stored = vectors.vectors(list(sample))
    for id_, vector in sample.items():
        if id_ not in stored or float(vector @ stored[id_]) < _SAME:
            raise GenerationDamaged(f"Passage {id_} was not stored with its own vector.")
    recall = mean(_recall(truth, vector, vectors) for vector in sample.values())
    if recall < _LEAST_RECALL:
        raise GenerationDamaged(f"Only {recall:.0%} of the nearest passages are found.")


def _recall(truth: ExactVectors, question: Vector, vectors: ChromaVectors) -> float:
    """Compared by cosine, not by id: among passages that are equally near, any is right."""
    expected = truth.search(question, _NEIGHBOURS)
    least = expected[-1][1] - (1 - _SAME)
    return sum(cosine >= least for _, cosine in vectors.search(question, len(expected))) / len(expected)


def _check_sqlite(path: Path) -> None:
    try:
        # mode=rw: a missing file must not be made.
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True)) as database:
            verdict = database.execute("PRAGMA quick_check(1)").fetchone()[0]
    except sqlite3.Error as error:
        verdict = str(error)
    if verdict != "ok":
        raise GenerationDamaged(f"SQLite finds {path} damaged: {verdict}.")


def _check_self_recall(vectors: ChromaVectors, manifest: Manifest) -> None:
    if len(vectors) != manifest.vectors:
        raise GenerationDamaged(f"The collection holds {len(vectors)} vectors instead of {manifest.vectors}.")
    stored = vectors.vectors(manifest.canaries)
    for id_ in manifest.canaries:
        if id_ not in stored or not _finds_itself(stored[id_], vectors):
            raise GenerationDamaged(f"The collection does not find its own passage {id_}.")


def _finds_itself(vector: Vector, vectors: ChromaVectors) -> bool:
    nearest = vectors.search(vector, 1)
    return bool(nearest) and nearest[0][1] >= _SAME

"""Vectors that no walk through Chroma's graph reaches, which a generation therefore keeps and searches by themselves.

HNSW links a vector to few others and drops links that seem roundabout (Malkov and Yashunin 2016, algorithm 4). Where
many texts are as near to a common centre as to each other, as pages made from one template are, all links to
some may be dropped. Of 6,000 vectors around 40 centres 241 were lost so, and recall@100 was .950 without them,
.998 with; of 21,000 in 2,000 loose clusters none was.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from index.vectors.chroma.engine import ChromaVectors
from index.vectors.exact import ExactVectors
from index.vectors.protocols import VectorCollection

UNREACHABLE_FILE = "strays.npy"  # its name since the first generation

_WALKS = 5
"""From several places, since links have a direction; a walk over everything takes 0.2 s for 21,000 vectors."""


def find_unreachable(graph: VectorCollection, ids: Sequence[str]) -> list[str]:
    """Return those of `ids`, which are all there are, that a search for everything does not find."""
    starts = graph.vectors(ids[:: -(-len(ids) // _WALKS)]).values()
    reached = set.intersection(*({id_ for id_, _ in graph.search(start, len(ids))} for start in starts))
    return [id_ for id_ in ids if id_ not in reached]


def write_unreachable(folder: Path, graph: ChromaVectors, ids: Sequence[str]) -> None:
    stored = graph.vectors(ids)
    matrix = np.array([stored[id_] for id_ in ids], dtype=np.float32)
    np.save(folder / UNREACHABLE_FILE, matrix, allow_pickle=False)


def read_unreachable(folder: Path, ids: Sequence[str]) -> ExactVectors:
    """Return the unreachable vectors; `ids` are given in the order in which they were written."""
    return ExactVectors(ids, np.load(folder / UNREACHABLE_FILE, allow_pickle=False))

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from index.encoders.encoder import Vectors
from index.vectors.chroma.engine import ChromaVectors, write_collection
from index.vectors.chroma.health import finds_itself
from index.vectors.chroma.open_generation import ChromaGeneration
from index.vectors.chroma.unreachable import find_unreachable, read_unreachable, write_unreachable
from index.vectors.exact import ExactVectors

PAGES = 400

GRAPHS = 10
"""Made at most, until one loses vectors; mostly the first does."""


def pages_of_one_template() -> Vectors:
    """A common centre, and pages that are as far from it as from each other."""
    pages = np.vstack([np.ones(PAGES), np.eye(PAGES) + 1 / np.sqrt(PAGES)])
    return np.asarray(pages / np.linalg.norm(pages, axis=1, keepdims=True), dtype=np.float32)


def ids_of(vectors: Vectors) -> list[str]:
    return [f"p-{row}" for row in range(len(vectors))]


def test_unreachable_what_the_graph_does_not_reach_is_found_all_the_same(tmp_path: Path) -> None:
    vectors = pages_of_one_template()

    def loses_some(folder: Path) -> bool:
        """Whether this graph by itself does; with its unreachable vectors it never does."""
        write_collection(folder, [(ids_of(vectors), vectors)])
        graph = ChromaVectors(folder)
        unreachable = find_unreachable(graph, ids_of(vectors))
        write_unreachable(folder, graph, unreachable)
        generation = ChromaGeneration("g", graph, read_unreachable(folder, unreachable), {})
        assert all(finds_itself(generation, vector) for vector in vectors)
        assert {id_ for id_, _ in generation.search(vectors[0], PAGES + 1)} == set(ids_of(vectors))
        loses = not all(finds_itself(graph, vector) for vector in vectors)
        generation.close()
        return loses

    # Chroma links vectors in several threads, in an order that differs: seldom a graph loses none.
    assert any(loses_some(tmp_path / str(attempt)) for attempt in range(GRAPHS))


def test_unreachable_nothing_strays_from_a_small_collection(tmp_path: Path) -> None:
    vectors = pages_of_one_template()[:20]
    write_collection(tmp_path, [(ids_of(vectors), vectors)])
    graph = ChromaVectors(tmp_path)

    assert find_unreachable(graph, ids_of(vectors)) == []
    write_unreachable(tmp_path, graph, [])
    assert read_unreachable(tmp_path, []).search(vectors[0], 10) == []
    graph.close()


def test_unreachable_graph_and_strays_and_copies_come_in_one_order(tmp_path: Path) -> None:
    vectors = np.eye(6, dtype=np.float32)
    write_collection(tmp_path, [(ids_of(vectors), vectors)])
    # An unreachable vector that the walk finds, too, must not come twice.
    generation = ChromaGeneration(
        "g", ChromaVectors(tmp_path), ExactVectors(["p-5"], vectors[5:]), {"p-2": ["copy-of-p-2"]}
    )
    question = 0.8 * vectors[5] + 0.6 * vectors[2]

    found = generation.search(question, 3)

    assert found == [(id_, pytest.approx(cosine)) for id_, cosine in [("p-5", 0.8), ("p-2", 0.6), ("copy-of-p-2", 0.6)]]
    assert len(generation.search(question, 100)) == 7
    generation.close()

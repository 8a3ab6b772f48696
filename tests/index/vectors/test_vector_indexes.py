"""What `index.vectors.protocols` promise, of each engine: a further one gets a line here."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from corpus.store import DataFolder, open_store_writer
from corpus.store.protocols import Store
from index.backends import vector_reader, vector_writer
from index.errors import GenerationBuildFailed
from index.vectors.chroma_server.collection import collection_names
from index.vectors.chroma_server.connection import ChromaServer
from index.vectors.protocols import VectorIndexReader, VectorIndexWriter
from tests.chroma_server import ChromaProcess
from tests.index.library import article, exact_vectors, put
from tests.index.vectors.library import ENCODER, kept, put_vectors, unit_vectors

ENGINES = ("folder", "server")


@dataclass(frozen=True, slots=True)
class Engine:
    """An engine for one data folder; `held` are the names of all generations that it has, named by the store or not."""

    data: DataFolder
    held: Callable[[], set[str]]

    @property
    def reader(self) -> VectorIndexReader:
        return vector_reader(self.data)

    @property
    def writer(self) -> VectorIndexWriter:
        return vector_writer(self.data)


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Engine:
    if request.param == "folder":
        data = DataFolder(tmp_path / "data")
        return Engine(data, lambda: {path.name for path in data.generations.glob("*")})
    chroma: ChromaProcess = request.getfixturevalue("chroma")
    server = ChromaServer(chroma.address, seconds=60)
    before = set(collection_names(server, ""))
    data = DataFolder(tmp_path / "data", vector_server=chroma.address)
    return Engine(data, lambda: set(collection_names(server, "")) - before)


@pytest.fixture
def store(engine: Engine) -> Iterator[Store]:
    with open_store_writer(engine.data) as store:
        yield store


def test_vector_index_a_generation_finds_what_exact_search_finds(engine: Engine, store: Store) -> None:
    put_vectors(store, "a", unit_vectors(300))
    question = unit_vectors(1, seed=1)[0]

    heard: list[tuple[int, int]] = []
    name = engine.writer.build(store, ENCODER, lambda done, of: heard.append((done, of)))

    assert heard == [(300, 300)]
    [record] = store.generations.kept()
    assert (record.name, record.encoder, record.seq, record.live) == (name, ENCODER, store.changes.seq(), True)
    opened = engine.reader.open(record)
    assert (opened.name, opened.is_away) == (name, False)
    found, expected = opened.search(question, 10), exact_vectors(store, ENCODER).search(question, 10)
    assert [id_ for id_, _ in found] == [id_ for id_, _ in expected]
    assert [cosine for _, cosine in found] == pytest.approx([cosine for _, cosine in expected], abs=1e-3)
    assert engine.reader.exists(record.name)
    assert engine.reader.age_seconds(record.name) is not None
    assert engine.writer.is_current(store, ENCODER)
    assert not engine.writer.is_current(store, "another")


def test_vector_index_hundreds_of_passages_with_one_vector_hide_nobody(engine: Engine, store: Store) -> None:
    vectors = unit_vectors(1000)
    vectors[100:700] = vectors[100]
    put_vectors(store, "a", vectors)
    engine.writer.build(store, ENCODER)
    opened = engine.reader.open(store.generations.kept()[0])

    assert [opened.search(vectors[row], 1)[0][0] for row in (0, 50, 800, 999)] == ["a-0", "a-50", "a-800", "a-999"]
    equal = opened.search(vectors[100], 600)
    assert {id_ for id_, _ in equal} == {f"a-{row}" for row in range(100, 700)}
    assert len(opened.search(vectors[100], 10)) == 10


def test_vector_index_the_generation_before_is_kept_as_long_as_nothing_of_it_was_purged(
    engine: Engine, store: Store
) -> None:
    assert engine.writer.build(store, ENCODER) is None
    put_vectors(store, "a", unit_vectors(5))
    names = [engine.writer.build(store, ENCODER) for _ in range(3)]
    assert kept(store) == [names[2], names[1]]
    assert engine.held() == {names[2], names[1]}

    put_vectors(store, "b", unit_vectors(5, seed=1))
    store.articles.delete([article("a", "").id])
    assert not engine.writer.is_current(store, ENCODER)
    name = engine.writer.build(store, ENCODER)
    assert kept(store) == [name]
    engine.writer.sweep(store)
    assert engine.held() == {name}

    store.articles.delete([article("b", "").id])
    assert engine.writer.build(store, ENCODER) is None
    assert kept(store) == []
    engine.writer.sweep(store)
    assert engine.held() == set()


def test_vector_index_passages_without_vectors_fail_the_build_in_words(engine: Engine, store: Store) -> None:
    put(store, [article("a", "Two of the three cranes have failed.")])
    with pytest.raises(GenerationBuildFailed, match="1 passages have no vector"):
        engine.writer.build(store, ENCODER)

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from corpus.errors import DataFolderBusy
from corpus.generation_record import GenerationRecord
from corpus.store import DataFolder, building, open_store, open_store_writer
from corpus.store.data_folder import VectorServer
from corpus.store.protocols import Store
from index.backends import vector_reader, vector_writer
from index.errors import GenerationBuildFailed, GenerationDamaged
from index.live import LiveIndex
from index.retriever import Retriever
from index.vectors.chroma_server.collection import CollectionManifest, ServerVectors, make_collection
from index.vectors.chroma_server.connection import ChromaServer
from index.vectors.chroma_server.generations import open_checked
from tests.chroma_server import ChromaProcess
from tests.index.library import ENCODER, OPTIONS, article, live_name, put, update
from tests.index.test_live import cranes, found, soon
from tests.index.vectors.library import ENCODER as NUMBERS
from tests.index.vectors.library import kept, put_vectors, unit_vectors
from tests.postgres_server import PostgresServer


@pytest.fixture
def data(chroma: ChromaProcess, tmp_path: Path) -> DataFolder:
    """Twenty cranes, with a generation on the server."""
    data = DataFolder(tmp_path / "data", vector_server=chroma.address)
    with open_store_writer(data) as store:
        put(store, cranes(*range(20)))
        update(store, data)
    return data


@pytest.fixture
def reader(data: DataFolder) -> Iterator[Store]:
    with open_store(data) as store:
        yield store


def by_words(store: Store, live: LiveIndex) -> tuple[str, bool]:
    """The best of a whole search, and whether it says that something stood in."""
    result = Retriever(store, ENCODER, live, OPTIONS).retrieve("crane number 7", limit=3)
    return result.hits[0].article.external_id, result.fallback


def test_generations_on_a_server_that_is_gone_are_done_without_and_taken_up_again(
    chroma: ChromaProcess, data: DataFolder, reader: Store
) -> None:
    with LiveIndex(reader, data, ENCODER.fingerprint) as live, ExitStack() as resources:
        name = live.vectors().name
        assert (found(live, reader), live.fallback) == (["crane7"], False)
        with chroma.stopped():
            assert by_words(reader, live) == ("crane7", True)
            with open_store_writer(data) as writer:
                put(writer, [article("fresh", "crane number 7")])
                with pytest.raises(GenerationBuildFailed, match=r"does not answer .* try again when it is back"):
                    vector_writer(data).build(writer, ENCODER.fingerprint)
            assert soon(lambda: found(live, reader) == ["fresh"])
            later = resources.enter_context(LiveIndex(reader, data, ENCODER.fingerprint))
            assert by_words(reader, later) == ("crane7", True)
        for each in (live, later):
            assert soon(lambda each=each: not each.fallback)
            assert each.vectors().name == name
            assert len(found(each, reader, limit=21)) == 21


def test_generations_that_a_server_has_lost_are_built_anew_from_the_store(
    chroma: ChromaProcess, data: DataFolder, reader: Store
) -> None:
    with LiveIndex(reader, data, ENCODER.fingerprint) as live:
        before = live.vectors().name
        with chroma.stopped():
            chroma.lose_everything()
        assert soon(lambda: (found(live, reader), live.vectors().name)[1] not in (None, before))
        assert live_name(reader) == live.vectors().name
        assert (found(live, reader), live.fallback) == (["crane7"], False)
        assert kept(reader) == [live.vectors().name]


def test_generations_on_a_server_are_built_by_one_machine_for_all(
    chroma: ChromaProcess, postgres: PostgresServer, tmp_path: Path
) -> None:
    url = postgres.new_database()
    here, there = (DataFolder(tmp_path / name, url, chroma.address) for name in ("here", "there"))
    with open_store_writer(here) as writer:
        put_vectors(writer, "a", unit_vectors(5))
        with building(there), pytest.raises(DataFolderBusy, match="builds the index"):
            vector_writer(here).build(writer, NUMBERS)
        name = vector_writer(here).build(writer, NUMBERS)
    with open_store(there) as reader:
        [record] = reader.generations.kept()
        assert record.name == name
        assert len(vector_reader(there).open(record).search(unit_vectors(1)[0], 5)) == 5


def finished(server: ChromaServer, **changes: int) -> ServerVectors:
    """A collection of four vectors, one of which has two copies and another of which is told to be out of reach."""
    collection = make_collection(server, f"assistant-{uuid.uuid4().hex[:12]}-0-{uuid.uuid4().hex[:8]}")
    collection.add(["a", "b", "c", "d"], unit_vectors(4))
    marked = collection.mark({"a": ["a1", "a2"]}, ["b"])
    manifest = CollectionManifest("numbers", 1, "", vectors=4, canaries=("c",), marked=marked)
    collection.finish(replace(manifest, **changes))
    return collection


def test_generations_on_a_server_have_copies_and_what_its_graph_does_not_reach(chroma: ChromaProcess) -> None:
    collection = finished(ChromaServer(chroma.address, 60))
    opened = open_checked(ChromaServer(chroma.address, 60), collection.name)
    first, second = unit_vectors(2)
    assert [id_ for id_, _ in opened.search(first, 3)] == ["a", "a1", "a2"]
    assert opened.search(second, 1)[0][0] == "b"
    assert opened.copied() == {"a1", "a2"}


@pytest.mark.parametrize("changes", [{"vectors": 5}, {"marked": 3}])
def test_generations_on_a_server_that_lack_something_are_refused(
    chroma: ChromaProcess, changes: dict[str, int]
) -> None:
    server = ChromaServer(chroma.address, 60)
    with pytest.raises(GenerationDamaged, match="instead of"):
        open_checked(server, finished(server, **changes).name)


def test_generations_on_a_server_take_no_vectors_that_are_no_numbers(chroma: ChromaProcess) -> None:
    with pytest.raises(GenerationDamaged, match="must not contain NaN"):
        finished(ChromaServer(chroma.address, 60)).add(["e"], np.full((1, 16), np.nan, dtype=np.float32))


def test_generations_of_a_folder_are_not_looked_for_on_the_server(tmp_path: Path) -> None:
    reader = vector_reader(DataFolder(tmp_path, vector_server=VectorServer("http://127.0.0.1:1")))
    with pytest.raises(GenerationDamaged, match="is not on the Chroma server"):
        reader.open(GenerationRecord("g12-0123456789abcdef", 12, "numbers", live=True))

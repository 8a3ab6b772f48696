"""Each file of the index in turn truncated, flipped, deleted: noticed, answered all the same, built anew."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from corpus.store import DataFolder, open_store_writer
from corpus.store.protocols import Store
from index.encoders.encoder import Vectors
from index.live import LiveIndex
from index.retriever import Retriever
from index.vectors.chroma.engine import rewritten_by_opening
from tests.hashing_encoder import HashingEncoder
from tests.index.library import ENCODER, OPTIONS, article, live_name, pipeline, put, retriever_over, update

QUESTION = "which crane failed in the harbour of place17"

FILES = {
    "index/generations/*": [
        "manifest.json",
        "chroma.sqlite3",
        "strays.npy",
        "*/data_level0.bin",
        "*/header.bin",
        "*/index_metadata.pickle",
        "*/length.bin",
        "*/link_lists.bin",
    ],
    "index/lexical/*": [
        "manifest.json",
        "meta.json",
        ".managed.json",
        *(f"*.{kind}" for kind in ("del", "fast", "fieldnorm", "idx", "pos", "store", "term")),
    ],
}
EVERY_FILE = [f"{folder}/{file}" for folder, files in FILES.items() for file in files]

MEANINGLESS = {".tantivy-meta.lock", ".tantivy-writer.lock"}


NAMES = [f"a{number}" for number in range(200)]


class NeverEmbeds(HashingEncoder):
    """Proves that a rebuild takes its vectors from the store."""

    def embed_passages(self, texts: object) -> Vectors:
        raise AssertionError("nothing must be embedded again")


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> DataFolder:
    """A data folder with 200 articles and its index, in which one has replaced its former version."""
    folder = DataFolder(tmp_path_factory.mktemp("whole"))
    with open_store_writer(folder) as store:
        texts = [f"Crane {number} in the harbour of place{number % 50} has failed." for number in range(200)]
        put(store, [article("a0", "Crane 0 in the harbour of place0 is well."), *map(article, NAMES[1:], texts[1:])])
        pipeline(store, folder).index_words()
        put(store, [article("a0", texts[0])])
        update(store, folder)
    return folder


@pytest.fixture
def data(whole: DataFolder, tmp_path: Path) -> DataFolder:
    return DataFolder(shutil.copytree(whole.path, tmp_path / "data"))


@pytest.fixture
def store(data: DataFolder) -> Iterator[Store]:
    """The writer, so that no reader mends anything while it is looked at."""
    with open_store_writer(data) as store:
        yield store


def hits(found: Retriever) -> list[tuple[str, float]]:
    result = found.retrieve(QUESTION, limit=10)
    return [(hit.passage.id, pytest.approx(hit.score, abs=1e-3)) for hit in result.hits]


def check_that_it_answers(store: Store, live: LiveIndex) -> None:
    answered = hits(Retriever(store, ENCODER, live, OPTIONS))
    assert answered == hits(retriever_over(store))
    assert len(answered) == 10


def truncate_by_half(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def empty(path: Path) -> None:
    path.write_bytes(b"")


def delete(path: Path) -> None:
    path.unlink()


def flip_first_bit(path: Path) -> None:
    flip(path, 0)


def flip_middle_bit(path: Path) -> None:
    flip(path, path.stat().st_size // 2)


def flip_last_bit(path: Path) -> None:
    flip(path, path.stat().st_size - 1)


def flip(path: Path, position: int) -> None:
    content = bytearray(path.read_bytes())
    content[position] ^= 1
    path.write_bytes(content)


DAMAGES = [truncate_by_half, empty, delete, flip_first_bit, flip_middle_bit, flip_last_bit]


def test_damaged_index_every_file_of_the_index_is_tried(data: DataFolder) -> None:
    tried = {path for pattern in EVERY_FILE for path in data.path.glob(pattern)}
    assert tried == {path for path in (data.index).rglob("*") if path.is_file() and path.name not in MEANINGLESS}


def test_damaged_index_a_whole_index_answers_without_falling_back(data: DataFolder, store: Store) -> None:
    with LiveIndex(store, data, ENCODER.fingerprint) as live:
        assert (live.fallback, live.vectors().name) == (False, live_name(store))
        check_that_it_answers(store, live)


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("pattern", EVERY_FILE)
def test_damaged_index_a_damaged_file_is_noticed_and_answers_stay_the_same(
    data: DataFolder, store: Store, pattern: str, damage: Callable[[Path], None]
) -> None:
    path = min(data.path.glob(pattern))
    damage(path)

    with LiveIndex(store, data, ENCODER.fingerprint) as live:
        assert live.fallback
        check_that_it_answers(store, live)


@pytest.mark.parametrize("folder", ["index", "index/lexical", "index/generations", "index/generations/*"])
def test_damaged_index_a_deleted_folder_is_noticed_and_answers_stay_the_same(
    data: DataFolder, store: Store, folder: str
) -> None:
    [path] = data.path.glob(folder)
    shutil.rmtree(path)

    with LiveIndex(store, data, ENCODER.fingerprint) as live:
        assert live.fallback
        check_that_it_answers(store, live)


def test_damaged_index_a_flip_in_bytes_that_opening_rewrites_changes_no_answer(data: DataFolder, store: Store) -> None:
    [path] = data.path.glob("index/generations/*/chroma.sqlite3")
    for start, end in rewritten_by_opening(path.parent)[path.name]:
        flip(path, start)
        flip(path, end - 1)

    with LiveIndex(store, data, ENCODER.fingerprint) as live:
        check_that_it_answers(store, live)


def test_damaged_index_a_damaged_live_generation_is_replaced_by_the_one_before(data: DataFolder, store: Store) -> None:
    before = live_name(store)
    update(store, data, rebuild=True)
    empty(data.generations / str(live_name(store)) / "chroma.sqlite3")

    with LiveIndex(store, data, ENCODER.fingerprint) as live:
        assert (live.fallback, live.vectors().name) == (True, before)
        check_that_it_answers(store, live)


def test_damaged_index_what_is_damaged_is_built_anew_without_embedding_anything(data: DataFolder, store: Store) -> None:
    damaged = live_name(store)
    for pattern in ("index/generations/*/*/data_level0.bin", "index/lexical/*/*.store"):
        flip_middle_bit(next(data.path.glob(pattern)))

    update(store, data, NeverEmbeds())

    assert [record.name for record in store.generations.kept()] != [damaged]
    with LiveIndex(store, data, ENCODER.fingerprint) as live:
        assert not live.fallback
        check_that_it_answers(store, live)


def test_damaged_index_a_deleted_index_is_built_anew_without_embedding_anything(data: DataFolder, store: Store) -> None:
    shutil.rmtree(data.index)

    update(store, data, NeverEmbeds())

    with LiveIndex(store, data, ENCODER.fingerprint) as live:
        assert not live.fallback
        check_that_it_answers(store, live)


def test_damaged_index_an_update_of_a_whole_index_touches_no_file(data: DataFolder, store: Store) -> None:
    before = {path: path.stat().st_ino for path in (data.index).rglob("*") if path.name not in MEANINGLESS}
    update(store, data, NeverEmbeds())
    assert {path: path.stat().st_ino for path in before} == before

"""What happens to the word index's files, by accident or by a kill, costs no answer."""

from __future__ import annotations

import multiprocessing
import random
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from corpus.store import DataFolder, open_store_writer
from corpus.store.protocols import Store
from index.errors import WordIndexDamaged
from index.words.bm25 import Bm25Files
from index.words.files import newest
from tests.index.library import article, put, words_in_memory, writer_with

QUESTION = "What is the story of soup and chips?"
STORIES = [article(f"s{number}", f"Story {number} tells of soup and chips.") for number in range(40)]


def truncate(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])


def flip_a_bit(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0b100
    path.write_bytes(content)


def empty(path: Path) -> None:
    path.write_bytes(b"")


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Store, Path]]:
    """A store and a word index that was updated and has hidden passages."""
    data = tmp_path_factory.mktemp("data")
    with writer_with(data, *STORIES[:20]) as store:
        Bm25Files(data / "lexical").update(store)
        put(store, [article("s0", "Story 0 was told anew."), *STORIES[20:]])
        Bm25Files(data / "lexical").update(store)
        yield store, data / "lexical"


@pytest.mark.parametrize("harm", [truncate, flip_a_bit, empty, Path.unlink])
def test_word_files_damage_to_any_file_is_found_and_mended(
    harm: Callable[[Path], None], library: tuple[Store, Path], tmp_path: Path
) -> None:
    store, folder = library
    healthy = newest(folder)
    assert healthy is not None
    names = [path.name for path in healthy.iterdir() if path.stat().st_size > 0]
    assert len(names) >= 10
    for name in names:
        copy = tmp_path / name / "lexical"
        shutil.copytree(folder, copy)
        harm(copy / healthy.name / name)
        with pytest.raises(WordIndexDamaged):
            Bm25Files(copy).open()
        Bm25Files(copy).update(store)
        assert Bm25Files(copy).open().search(QUESTION, 50) == words_in_memory(store).search(QUESTION, 50)


def test_word_files_files_without_content_do_not_matter(library: tuple[Store, Path], tmp_path: Path) -> None:
    _, folder = library
    shutil.copytree(folder, tmp_path / "lexical")
    for path in (tmp_path / "lexical").rglob("*"):
        if path.is_file() and path.stat().st_size == 0:
            path.unlink()
    copy = Bm25Files(tmp_path / "lexical").open()
    assert copy.search(QUESTION, 50) == Bm25Files(folder).open().search(QUESTION, 50)


def test_word_files_damage_that_comes_while_reading_leaves_the_reader_as_it_was(
    library: tuple[Store, Path], tmp_path: Path
) -> None:
    _, folder = library
    copy = tmp_path / "lexical"
    shutil.copytree(folder, copy)
    reader = Bm25Files(copy).open()
    before = reader.search(QUESTION, 50)
    damaged = copy / "99999999-0123456789abcdef"
    damaged.mkdir()
    with pytest.raises(WordIndexDamaged):
        reader.refresh()
    assert reader.search(QUESTION, 50) == before


def test_word_files_an_index_of_another_version_of_this_program_is_made_anew(
    library: tuple[Store, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, folder = library
    copy = tmp_path / "lexical"
    shutil.copytree(folder, copy)
    monkeypatch.setattr("index.words.files._FORMAT", 99)
    with pytest.raises(WordIndexDamaged, match="another version"):
        Bm25Files(copy).open()
    Bm25Files(copy).update(store)
    assert Bm25Files(copy).open().passage_ids() == {passage.id for passage in store.passages.all()}


@pytest.mark.parametrize("seed", range(4))
def test_word_files_a_killed_update_loses_nothing(seed: int, tmp_path: Path) -> None:
    with writer_with(tmp_path, *STORIES) as store:
        Bm25Files(tmp_path / "lexical").update(store)
    killed = multiprocessing.get_context("spawn").Process(target=update_for_ever, args=(tmp_path,))
    killed.start()
    while not (tmp_path / "started").exists():
        time.sleep(0.01)
    time.sleep(random.Random(seed).uniform(0, 0.5))
    killed.kill()
    killed.join()

    assert Bm25Files(tmp_path / "lexical").open().search("soup", 5) != []
    with open_store_writer(DataFolder(tmp_path)) as store:
        Bm25Files(tmp_path / "lexical").update(store)
        index = Bm25Files(tmp_path / "lexical").open()
        assert index.passage_ids() == {passage.id for passage in store.passages.all()}
    assert len(list((tmp_path / "lexical").iterdir())) == 1


def update_for_ever(data: Path) -> None:
    """Run in a process of its own until it is killed."""
    with open_store_writer(DataFolder(data)) as store:
        for round_ in range(1_000_000):
            put(store, [article(f"new{round_ % 9}", f"Round {round_} of soup.")])
            Bm25Files(data / "lexical").update(store)
            (data / "started").touch()


def test_word_files_it_is_said_when_the_engine_cannot_open_them_for_writing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = Bm25Files(tmp_path / "lexical")
    with writer_with(tmp_path, *STORIES) as store:
        files.update(store)
        put(store, [article("new", "What is new.")])
        monkeypatch.setattr("index.words.bm25.stage", lambda folder, base=None: folder / "not there")
        for write in (files.rebuild, files.update):
            with pytest.raises(WordIndexDamaged, match="cannot be written"):
                write(store)

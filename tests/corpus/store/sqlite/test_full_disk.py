from __future__ import annotations

import resource
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from corpus.article import Article
from corpus.errors import BackupUnusable, DataFolderBusy, DataFolderUnusable
from corpus.store import DataFolder, backup, open_store, open_store_writer
from corpus.store.protocols import Store
from corpus.store.sqlite.engine import errors_in_our_words
from tests.corpus.store.examples import article, put_unsplit

MEGABYTE = 1_000_000


@contextmanager
def no_file_beyond(size: int) -> Iterator[None]:
    """As on a full disk, what would make a file longer than `size` bytes fails in the operating system."""
    usual, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (usual, hard))


def batch(number: int) -> list[Article]:
    return [article(f"{number}-{each}", f"Text {number} {each}. " * 200) for each in range(20)]


def test_store_a_full_disk_is_said_in_one_sentence_and_nothing_acknowledged_is_lost(
    data: DataFolder, store: Store
) -> None:
    stored: list[Article] = []

    def fill() -> None:
        for number in range(100):
            put_unsplit(store, batch(number))
            stored.extend(batch(number))

    with no_file_beyond(MEGABYTE), pytest.raises(DataFolderUnusable, match=r"free space\.$"):
        fill()
    assert stored
    assert store.articles.get_many([each.id for each in stored]) == {each.id: each for each in stored}
    store.close()
    with open_store_writer(data) as mended:
        assert mended.articles.count() == len(stored)
        put_unsplit(mended, batch(1000))


def test_store_a_new_folder_on_a_full_disk_is_unusable_until_there_is_space(tmp_path: Path) -> None:
    with no_file_beyond(5_000), pytest.raises(DataFolderUnusable, match="free space"):
        open_store(DataFolder(tmp_path))
    open_store(DataFolder(tmp_path)).close()


def test_store_a_backup_that_finds_no_space_leaves_the_last_one_alone(
    data: DataFolder, store: Store, tmp_path: Path
) -> None:
    target = tmp_path / "catalog.backup"
    backup(data, target)
    before = target.read_bytes()
    put_unsplit(store, batch(0))
    with no_file_beyond(100_000), pytest.raises(BackupUnusable, match="check the path, the disk"):
        backup(data, target)
    assert target.read_bytes() == before
    assert {path.name for path in tmp_path.iterdir()} == {"data", "catalog.backup"}


@pytest.mark.parametrize(
    ("pragmas", "statement", "error", "sentence"),
    [
        ("max_page_count = 3", "INSERT INTO t VALUES (zeroblob(100000))", DataFolderUnusable, "is full"),
        ("query_only = 1", "INSERT INTO t VALUES (1)", DataFolderUnusable, "readonly"),
        ("busy_timeout = 0", "BEGIN IMMEDIATE", DataFolderBusy, "is busy"),
    ],
)
def test_store_what_sqlite_says_of_the_disk_is_said_of_the_folder(
    tmp_path: Path, pragmas: str, statement: str, error: type[Exception], sentence: str
) -> None:
    with closing(sqlite3.connect(tmp_path / "t")) as other, closing(sqlite3.connect(tmp_path / "t")) as connection:
        connection.execute("CREATE TABLE t (x)")
        connection.execute(f"PRAGMA {pragmas}")
        if error is DataFolderBusy:
            other.execute("BEGIN IMMEDIATE")
        with pytest.raises(error, match=sentence), errors_in_our_words(tmp_path):
            connection.execute(statement)


def test_store_a_mistake_in_the_program_is_not_blamed_on_the_disk(tmp_path: Path) -> None:
    with (
        closing(sqlite3.connect(":memory:")) as connection,
        pytest.raises(sqlite3.OperationalError, match="no such table"),
        errors_in_our_words(tmp_path),
    ):
        connection.execute("SELECT * FROM nowhere")

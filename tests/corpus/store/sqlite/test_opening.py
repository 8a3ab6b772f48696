from __future__ import annotations

import os
import shutil
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from corpus.errors import DataFolderBusy, DataFolderUnusable
from corpus.store import DataFolder, open_store, open_store_writer
from corpus.store.protocols import Store
from tests.corpus.store.examples import article, put_unsplit, run_together

FERRY = article("ferry", "The ferry keeps to its timetable.")
NOBODY = 65534

either_way = pytest.mark.parametrize("open_either", [open_store, open_store_writer])


@pytest.fixture
def public_folder() -> Iterator[Path]:
    """A data folder with an article, where users other than root may look."""
    outer = Path(tempfile.mkdtemp())
    outer.chmod(0o755)
    with open_store_writer(DataFolder(outer / "data")) as store:
        put_unsplit(store, [FERRY])
    yield outer / "data"
    shutil.rmtree(outer)


@contextmanager
def read_only(folder: Path) -> Iterator[None]:
    """Nobody may write `folder`, not even root, who is nobody for that long."""
    folder.chmod(0o555)
    for file in folder.iterdir():
        file.chmod(0o444)
    was_root = os.geteuid() == 0
    if was_root:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        if was_root:
            os.seteuid(0)
        folder.chmod(0o755)


def test_open_store_a_missing_folder_becomes_an_empty_store(tmp_path: Path) -> None:
    with open_store(DataFolder(tmp_path / "new" / "data")) as store:
        assert (store.changes.seq(), store.articles.count(), store.articles.list()) == (0, 0, [])


def test_open_store_a_file_that_a_kill_left_empty_becomes_a_store(tmp_path: Path) -> None:
    DataFolder(tmp_path).database.touch()
    with open_store(DataFolder(tmp_path)) as store:
        assert store.articles.count() == 0


def test_open_store_many_processes_may_open_a_new_folder_at_once(tmp_path: Path) -> None:
    run_together(*[lambda: open_store(DataFolder(tmp_path)).close()] * 8)


def test_open_store_a_reader_waits_for_a_store_that_is_just_being_made(tmp_path: Path) -> None:
    with DataFolder(tmp_path).locked():
        reader = threading.Thread(target=lambda: open_store(DataFolder(tmp_path)).close())
        reader.start()
        reader.join(0.2)
        assert reader.is_alive()
    reader.join(10)
    assert not reader.is_alive()
    assert DataFolder(tmp_path).database.exists()


def test_open_store_there_is_one_writer_and_readers_do_not_mind(tmp_path: Path) -> None:
    with open_store_writer(DataFolder(tmp_path)) as writer:
        put_unsplit(writer, [FERRY])
        with pytest.raises(DataFolderBusy):
            open_store_writer(DataFolder(tmp_path))
        with open_store(DataFolder(tmp_path)) as reader:
            assert reader.articles.get(FERRY.id) == FERRY
    open_store_writer(DataFolder(tmp_path)).close()


def test_open_store_a_writer_may_be_closed_twice_and_by_another_thread(tmp_path: Path) -> None:
    writer = open_store_writer(DataFolder(tmp_path))
    run_together(writer.close)
    writer.close()
    open_store_writer(DataFolder(tmp_path)).close()


def test_open_store_a_writer_that_cannot_open_gives_up_the_lock(tmp_path: Path) -> None:
    DataFolder(tmp_path).database.write_text("This is no catalog. " * 100)
    for _ in range(2):
        with pytest.raises(DataFolderUnusable):
            open_store_writer(DataFolder(tmp_path))


@either_way
def test_open_store_a_folder_that_is_a_file_is_unusable(
    tmp_path: Path, open_either: Callable[[DataFolder], Store]
) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(DataFolderUnusable, match="file"):
        open_either(DataFolder(tmp_path / "file"))


@either_way
def test_open_store_a_read_only_folder_is_unusable(
    public_folder: Path, open_either: Callable[[DataFolder], Store]
) -> None:
    with read_only(public_folder), pytest.raises(DataFolderUnusable, match="permissions"):
        open_either(DataFolder(public_folder))
    with open_either(DataFolder(public_folder)) as store:
        assert store.articles.get(FERRY.id) == FERRY


@either_way
def test_open_store_a_damaged_store_asks_for_a_backup(
    tmp_path: Path, open_either: Callable[[DataFolder], Store]
) -> None:
    DataFolder(tmp_path).database.write_text("This is no catalog. " * 100)
    with pytest.raises(DataFolderUnusable, match=r"damaged; .*assistant restore"):
        open_either(DataFolder(tmp_path))


@pytest.mark.parametrize("target", [b"CREATE TABLE versions", b"ferry keeps"])
def test_open_store_damage_inside_a_store_says_so_when_it_is_met(tmp_path: Path, target: bytes) -> None:
    with open_store_writer(DataFolder(tmp_path)) as store:
        put_unsplit(store, [FERRY])
    file = DataFolder(tmp_path).database
    file.write_bytes(file.read_bytes().replace(target, b"\xff" * len(target)))
    with pytest.raises(DataFolderUnusable, match="damaged"), open_store(DataFolder(tmp_path)) as store:
        store.articles.get(FERRY.id)

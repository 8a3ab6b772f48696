from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from corpus.errors import CatalogMissing, DataFolderBusy, DataFolderReadOnly, DataFolderUnusable
from corpus.job import FIELDS, JobKind, PostedSource
from corpus.store import DataFolder, open_store, open_store_writer
from corpus.store.protocols import Store
from tests.corpus.store.examples import article, put_unsplit, run_together

FERRY = article("ferry", "The ferry keeps to its timetable.")
NOBODY = 65534
ROOT = Path(__file__).parents[4]

KILLED_WRITER = """
import os, signal, sys
from pathlib import Path
from corpus.store import DataFolder, open_store_writer
from tests.corpus.store.examples import article, put_unsplit
store = open_store_writer(DataFolder(Path(sys.argv[1])))
put_unsplit(store, [article("other", "Another one.")])
os.kill(os.getpid(), signal.SIGKILL)
"""

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


def test_open_store_a_read_only_folder_is_read_and_not_written(public_folder: Path) -> None:
    with read_only(public_folder):
        with open_store(DataFolder(public_folder)) as store:
            assert store.articles.get(FERRY.id) == FERRY
            with pytest.raises(DataFolderReadOnly, match="permissions"):
                store.jobs.accept(JobKind.DELETE, [PostedSource("ferry", FIELDS, b"")])
        with pytest.raises(DataFolderReadOnly, match="permissions"):
            open_store_writer(DataFolder(public_folder))
    with open_store_writer(DataFolder(public_folder)) as store:
        assert store.articles.get(FERRY.id) == FERRY


def test_open_store_what_a_killed_writer_committed_is_read_from_a_read_only_folder(public_folder: Path) -> None:
    command = [sys.executable, "-c", KILLED_WRITER, public_folder]
    assert subprocess.run(command, cwd=ROOT, check=False).returncode == -signal.SIGKILL
    assert DataFolder(public_folder).database.with_name("catalog.sqlite3-wal").stat().st_size
    with read_only(public_folder), open_store(DataFolder(public_folder)) as store:
        assert store.articles.count() == 2


def test_open_store_what_somebody_writes_into_a_folder_that_was_read_only_is_seen(public_folder: Path) -> None:
    with read_only(public_folder):
        reader = open_store(DataFolder(public_folder))
        assert reader.articles.count() == 1
    with open_store_writer(DataFolder(public_folder)) as writer:
        put_unsplit(writer, [article("other", "Another one.")])
    with closing(reader):
        assert reader.articles.count() == 2


@either_way
def test_open_store_an_index_without_its_catalog_is_no_empty_library(
    tmp_path: Path, open_either: Callable[[DataFolder], Store]
) -> None:
    data = DataFolder(tmp_path)
    open_either(data).close()
    data.generations.mkdir(parents=True)
    data.database.unlink()
    with pytest.raises(CatalogMissing, match=r"mount its volume.*restore a backup.*delete .*/index"):
        open_either(data)
    assert not data.database.exists()
    shutil.rmtree(data.index)
    open_either(data).close()


@pytest.mark.parametrize("become", ["gone", "replaced"])
def test_open_store_a_catalog_that_vanishes_while_it_is_open_is_no_empty_library(tmp_path: Path, become: str) -> None:
    data = DataFolder(tmp_path)
    with open_store_writer(data) as store:
        put_unsplit(store, [FERRY])
    with open_store(data) as store:
        assert store.articles.count() == 1
        data.database.rename(tmp_path / "moved")
        if become == "replaced":
            shutil.copy(tmp_path / "moved", data.database)
        with pytest.raises(CatalogMissing, match=become):
            store.articles.count()
        assert data.database.exists() == (become == "replaced")


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

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from corpus.errors import BackupUnusable, DataFolderBusy, DataFolderUnusable, StoreTooNew
from corpus.store import DataFolder, backup, open_store, open_store_writer, restore
from corpus.store.sql import migrations
from corpus.store.sqlite.engine import stored_revision
from tests.corpus.store.examples import article, passage, put_unsplit

FERRY = article("ferry", "The ferry keeps to its timetable.", publisher="Harbour News")
LATE = article("ferry", "The ferry is late.", publisher="Harbour News")
CRANES = article("cranes", "Two of the three cranes have failed.")


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    """A data folder with two versions of an article, a passage, a vector and a live generation."""
    folder = DataFolder(tmp_path / "data")
    with open_store_writer(folder) as store:
        for each in (FERRY, LATE):
            put_unsplit(store, [each])
        store.passages.put("splitter", {LATE.id: [passage(LATE)]})
        store.vectors.put("e", [passage(LATE).vector_key], np.ones((1, 3), dtype=np.float32))
        store.generations.publish("g2", 2, "e")
    folder.index.mkdir()
    (folder.index / "stale").write_text("made from the former articles")
    return folder


@pytest.fixture
def saved(folder: DataFolder, tmp_path: Path) -> Path:
    """A backup of `folder`."""
    saved = tmp_path / "saved"
    backup(folder, saved)
    return saved


def put(folder: DataFolder, *articles: object) -> None:
    with open_store_writer(folder) as store:
        put_unsplit(store, articles)


def test_backup_everything_but_the_index_comes_back(saved: Path, tmp_path: Path) -> None:
    restore(saved, DataFolder(tmp_path / "new"))
    with open_store(DataFolder(tmp_path / "new")) as store:
        assert store.articles.get(LATE.id) == LATE
        assert store.articles.get(FERRY.id, FERRY.content_hash) == FERRY
        assert store.changes.seq() == 3
        assert store.passages.all() == [passage(LATE)]
        assert store.passages.without_vector("e") == []
        assert store.generations.kept() == []


def test_backup_a_restored_folder_can_be_written_and_read_at_once(saved: Path, tmp_path: Path) -> None:
    restore(saved, DataFolder(tmp_path / "new"))
    with open_store_writer(DataFolder(tmp_path / "new")) as writer, open_store(DataFolder(tmp_path / "new")) as reader:
        put_unsplit(writer, [CRANES])
        assert reader.articles.get(CRANES.id) == CRANES


def test_backup_is_one_moment_of_a_folder_that_is_being_written(folder: DataFolder, tmp_path: Path) -> None:
    with open_store_writer(folder) as writer:
        put_unsplit(writer, [CRANES])  # is in the log only
        backup(folder, tmp_path / "saved")
    restore(tmp_path / "saved", DataFolder(tmp_path / "new"))
    with open_store(DataFolder(tmp_path / "new")) as store:
        assert store.articles.get(CRANES.id) == CRANES


def test_backup_replaces_the_one_before_and_leaves_nothing_else(
    saved: Path, folder: DataFolder, tmp_path: Path
) -> None:
    put(folder, CRANES)
    backup(folder, saved)
    assert {path.name for path in tmp_path.iterdir()} == {"data", "saved"}
    restore(saved, folder, replace=True)
    with open_store(folder) as store:
        assert store.articles.count() == 2


def test_backup_a_filled_folder_is_replaced_only_when_asked(saved: Path, folder: DataFolder) -> None:
    put(folder, CRANES)
    with pytest.raises(DataFolderUnusable, match="not empty"):
        restore(saved, folder)
    restore(saved, folder, replace=True)
    with open_store(folder) as store:
        assert [each.id for each in store.articles.list()] == [LATE.id]
    assert not folder.index.exists()


def test_backup_what_the_former_store_had_in_its_log_does_not_come_back(saved: Path, folder: DataFolder) -> None:
    with closing(sqlite3.connect(folder.database)) as still_open:
        put(folder, CRANES)
        assert still_open.execute("SELECT count(*) FROM articles").fetchone() == (2,)
        restore(saved, folder, replace=True)
    with open_store(folder) as store:
        assert store.articles.count() == 1


def test_backup_a_folder_of_something_else_is_never_replaced(saved: Path, tmp_path: Path) -> None:
    photos = tmp_path / "photos"
    (photos / "index").mkdir(parents=True)
    with pytest.raises(DataFolderUnusable, match="is not a data folder and was left alone"):
        restore(saved, DataFolder(photos), replace=True)
    assert [path.name for path in photos.iterdir()] == ["index"]


def test_backup_a_damaged_store_can_be_replaced(saved: Path, folder: DataFolder) -> None:
    folder.database.write_text("This is no catalog. " * 100)
    restore(saved, folder, replace=True)
    with open_store(folder) as store:
        assert store.articles.get(LATE.id) == LATE


def test_backup_a_folder_that_is_being_written_is_not_replaced(saved: Path, folder: DataFolder) -> None:
    with open_store_writer(folder), pytest.raises(DataFolderBusy):
        restore(saved, folder, replace=True)


@pytest.mark.parametrize(
    ("target", "replacement"),
    [
        (b"The ferry is late.", b"The ferry is fast."),
        (b"SQLite format 3", b"This is no data"),
        (b"CREATE TABLE versions", b"CREATE TUBLE versions"),
    ],
)
def test_backup_a_changed_backup_is_refused_before_anything_is_touched(
    saved: Path, folder: DataFolder, target: bytes, replacement: bytes
) -> None:
    content = saved.read_bytes()
    assert target in content
    saved.write_bytes(content.replace(target, replacement))
    with pytest.raises(BackupUnusable, match="cannot be trusted"):
        restore(saved, folder, replace=True)
    assert folder.index.exists()
    with open_store(folder) as store:
        assert store.articles.get(LATE.id) == LATE


def test_backup_that_was_cut_off_is_refused(saved: Path, tmp_path: Path) -> None:
    content = saved.read_bytes()
    saved.write_bytes(content[: len(content) // 2])
    with pytest.raises(BackupUnusable, match="cannot be trusted"):
        restore(saved, DataFolder(tmp_path / "new"))
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("content", [b"", b"This is no backup."])
def test_backup_what_is_no_backup_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "file").write_bytes(content)
    with pytest.raises(BackupUnusable, match="cannot be trusted"):
        restore(tmp_path / "file", DataFolder(tmp_path / "new"))


def test_backup_a_missing_backup_is_named(tmp_path: Path) -> None:
    with pytest.raises(BackupUnusable, match=r"There is no file .*saved"):
        restore(tmp_path / "saved", DataFolder(tmp_path / "new"))


def test_backup_of_a_newer_program_is_refused(saved: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(migrations, "HEAD", "0000")
    with pytest.raises(StoreTooNew, match="upgrade the program"):
        restore(saved, DataFolder(tmp_path / "new"))


def test_backup_a_damaged_store_is_not_backed_up(folder: DataFolder, saved: Path) -> None:
    before = saved.read_bytes()
    file = folder.database
    file.write_bytes(file.read_bytes().replace(b"The ferry is late.", b"The ferry is fast."))
    with pytest.raises(BackupUnusable, match=f"the text of article {LATE.id} is not what was stored"):
        backup(folder, saved)
    assert saved.read_bytes() == before


def test_backup_a_folder_without_a_store_is_not_backed_up(tmp_path: Path) -> None:
    with pytest.raises(DataFolderUnusable, match=r"no catalog .* to back up; check ASSISTANT_DATA"):
        backup(DataFolder(tmp_path / "nothing"), tmp_path / "saved")
    assert list(tmp_path.iterdir()) == []


def test_backup_that_cannot_be_written_says_where(folder: DataFolder, tmp_path: Path) -> None:
    with pytest.raises(BackupUnusable, match="no-such-folder"):
        backup(folder, tmp_path / "no-such-folder" / "saved")


def test_backup_what_a_killed_backup_or_restore_left_is_in_nobodys_way(folder: DataFolder, tmp_path: Path) -> None:
    for leftover in (tmp_path / ".saved.partial", folder.path / ".catalog.sqlite3.partial"):
        leftover.write_text("half of a file")
    backup(folder, tmp_path / "saved")
    restore(tmp_path / "saved", folder, replace=True)
    assert stored_revision(folder.database) == migrations.HEAD
    assert not list(tmp_path.glob("**/*.partial"))


def test_backup_a_file_that_is_no_backup_is_not_replaced_by_one(folder: DataFolder, tmp_path: Path) -> None:
    notes = tmp_path / "notes.md"
    notes.write_text("Mine.", encoding="utf-8")
    with pytest.raises(BackupUnusable, match=r"is no backup; name a new file\.$"):
        backup(folder, notes)
    assert notes.read_text(encoding="utf-8") == "Mine."
    backup(folder, tmp_path / "saved")
    backup(folder, tmp_path / "saved")

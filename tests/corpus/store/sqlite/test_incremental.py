from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from corpus.access import Grant, Scope, new_key
from corpus.errors import BackupUnusable, DataFolderUnusable
from corpus.store import (
    DataFolder,
    add_snapshot,
    check_snapshot,
    open_service_store,
    open_store_writer,
    remove_old_snapshots,
    restore,
)
from tests.corpus.store.examples import article, put_unsplit

KEY, OTHER_KEY = b"k" * 32, b"o" * 32
TEXT = "The ferry keeps to its timetable."


def put(data: DataFolder, name: str, text: str) -> None:
    with open_store_writer(data) as store:
        put_unsplit(store, [article(name, text)])


@pytest.fixture
def data(tmp_path: Path) -> DataFolder:
    data = DataFolder(tmp_path / "data")
    put(data, "ferry", TEXT)
    put(data, "long", "".join(f"Word {number} of a long report. " for number in range(40_000)))  # some chunks
    return data


def rows(data: DataFolder) -> list[str]:
    """All that is stored, as statements of SQL."""
    with closing(sqlite3.connect(data.database)) as connection:
        return list(connection.iterdump())


def chunks(folder: Path) -> set[Path]:
    return set((folder / "chunks").glob("??/*"))


def test_incremental_backups_hold_what_changed_and_each_brings_back_every_row(data: DataFolder, tmp_path: Path) -> None:
    folder, stored = tmp_path / "backups", {}
    for name in ("cranes", "bridge", "tunnel"):
        written = add_snapshot(data, folder)
        stored[written.name] = rows(data)
        put(data, name, f"The {name} has failed.")
        with open_service_store(data) as service:
            service.keys.add(new_key(name, Grant((Scope.ASK,)))[0])
    size = data.database.stat().st_size

    assert 0 < written.new_bytes < size
    assert add_snapshot(data, folder).new_bytes < size
    assert add_snapshot(data, folder).new_bytes == 0
    for name, expected in stored.items():
        check_snapshot(folder, name)
        restored = DataFolder(tmp_path / name)
        restore(folder, restored, snapshot=name)
        assert rows(restored) == expected
    restore(folder, DataFolder(tmp_path / "newest"))
    assert rows(DataFolder(tmp_path / "newest")) == rows(data)


def test_incremental_backups_are_removed_but_nothing_that_a_newer_one_needs(data: DataFolder, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    for number in range(3):
        put(data, f"report {number}", f"Report {number}.")
        newest = add_snapshot(data, folder)
    (folder / "chunks" / "ab").mkdir(exist_ok=True)
    (folder / "chunks" / "ab" / ("ab" * 32)).write_bytes(b"that a killed backup left")

    assert remove_old_snapshots(folder, 2) == 1
    assert remove_old_snapshots(folder, 1) == 1
    assert {chunk.name for chunk in chunks(folder)} == set(newest.snapshot.chunks)
    check_snapshot(folder, newest.name)
    assert add_snapshot(data, folder).name > newest.name


def test_incremental_backups_with_a_key_tell_nothing_without_it(data: DataFolder, tmp_path: Path) -> None:
    folder, plain = tmp_path / "sealed", tmp_path / "plain"
    sealed, read = add_snapshot(data, folder, KEY), add_snapshot(data, plain)

    assert any(TEXT.encode() in chunk.read_bytes() for chunk in chunks(plain))
    assert not any(b"ferry" in path.read_bytes() for path in folder.rglob("*") if path.is_file())
    assert not set(sealed.snapshot.chunks) & set(read.snapshot.chunks), "names tell nothing, either"
    restore(folder, DataFolder(tmp_path / "restored"), key=KEY)
    assert rows(DataFolder(tmp_path / "restored")) == rows(data)
    for key in (None, OTHER_KEY):
        with pytest.raises(BackupUnusable, match="need their key"):
            restore(folder, DataFolder(tmp_path / "nothing"), key=key)
        with pytest.raises(BackupUnusable, match="need their key"):
            add_snapshot(data, folder, key)
    with pytest.raises(BackupUnusable, match="are not encrypted"):
        add_snapshot(data, plain, KEY)
    (one, other, *_) = chunks(folder)
    one.write_bytes(other.read_bytes())
    with pytest.raises(BackupUnusable, match="was changed or is damaged"):
        check_snapshot(folder, sealed.name, KEY)


@pytest.mark.parametrize("damage", ["changed", "cut off", "missing"])
def test_incremental_backups_that_are_damaged_bring_nothing_back(data: DataFolder, tmp_path: Path, damage: str) -> None:
    folder = tmp_path / "backups"
    written = add_snapshot(data, folder)
    chunk = max(chunks(folder))
    content = chunk.read_bytes()
    chunk.unlink()
    if damage != "missing":
        chunk.write_bytes(content[:-1] if damage == "cut off" else bytes([content[0] ^ 1]) + content[1:])

    with pytest.raises(BackupUnusable):
        check_snapshot(folder, written.name)
    with pytest.raises(BackupUnusable):
        restore(folder, data, replace=True)
    assert any(TEXT in row for row in rows(data))
    chunk.unlink(missing_ok=True)
    assert add_snapshot(data, folder).new_bytes == len(content), "it is written anew"
    check_snapshot(folder, written.name)


def test_incremental_backups_go_into_a_folder_of_their_own(data: DataFolder, tmp_path: Path) -> None:
    photos = tmp_path / "photos"
    photos.mkdir()
    (photos / "one.jpg").write_text("a photo")
    for wrong, why in ((photos, "something else"), (data.path / "backups", "would be lost with it")):
        with pytest.raises(BackupUnusable, match=why):
            add_snapshot(data, wrong)
    (tmp_path / "empty").mkdir()
    with pytest.raises(BackupUnusable, match="There is no backup in"):
        restore(tmp_path / "empty", DataFolder(tmp_path / "new"))
    with pytest.raises(DataFolderUnusable, match="no catalog"):
        add_snapshot(DataFolder(tmp_path / "nothing"), tmp_path / "backups")
    assert not (tmp_path / "nothing").exists()

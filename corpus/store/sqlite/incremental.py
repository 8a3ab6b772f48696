"""Incremental backups: snapshots of the database's pages, checked when they are made, and restored to compare them."""

from __future__ import annotations

import hashlib
import sqlite3
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Connection, select, table, text

from corpus.errors import BackupUnusable, DataFolderUnusable
from corpus.store.data_folder import DataFolder
from corpus.store.sealing import Seal
from corpus.store.snapshots import BackupFolder, Snapshot, Written
from corpus.store.sqlite.backup import engine_of, partial, put_in_place, refuse_damaged, refuse_filled, refuse_unusable
from corpus.store.sqlite.engine import errors_in_our_words, stored_revision, write_pages
from corpus.store.sqlite.revisions import bring_up_to_date

_ROWS_AT_ONCE = 100


def add_snapshot(data: DataFolder, folder: Path, seal: Seal) -> Written:
    """`corpus.store.add_snapshot`."""
    if data.path.resolve() in (folder.resolve(), *folder.resolve().parents):
        raise BackupUnusable(f"{folder} is in the data folder, and would be lost with it; name a folder elsewhere.")
    with errors_in_our_words(data.path):
        if stored_revision(data.database) is None:
            raise DataFolderUnusable(f"There is no catalog in {data} to back up; check ASSISTANT_DATA.")
    backups = BackupFolder(folder, seal)
    try:
        with data.backing_up(), backups.writing(), partial(data.backup_copy) as copied:
            write_pages(data.database, copied)
            refuse_damaged(copied, data.database)
            return backups.add(copied, _tables(copied))
    except (OSError, sqlite3.Error) as error:
        raise BackupUnusable(
            f"The backup {folder} cannot be written ({error}); check the path, the disks and the catalog."
        ) from error


def check_snapshot(folder: Path, seal: Seal, name: str) -> None:
    """`corpus.store.check_snapshot`."""
    backups = BackupFolder(folder, seal)
    snapshot = backups.read(name)
    with TemporaryDirectory(prefix="assistant-check-") as temporary:
        restored = Path(temporary, "catalog")
        _write_checked(backups, snapshot, restored, folder)
        if _tables(restored) != snapshot.tables:
            raise BackupUnusable(f"What {name} brings back is not what was backed up; back up again.")
        bring_up_to_date(restored)


def restore_snapshot(folder: Path, seal: Seal, name: str | None, data: DataFolder, replace: bool) -> None:
    """`corpus.store.restore`, of a folder."""
    backups = BackupFolder(folder, seal)
    newest = next(iter(backups.names()), None)
    if newest is None:
        raise BackupUnusable(f"There is no backup in {folder}; check the path.")
    snapshot = backups.read(name or newest)
    refuse_filled(data, replace)
    put_in_place(data, lambda staged: _write_checked(backups, snapshot, staged, folder))


def _write_checked(backups: BackupFolder, snapshot: Snapshot, file: Path, named: Path) -> None:
    backups.write_file(snapshot, file)
    refuse_unusable(file, named)


def _tables(file: Path) -> dict[str, tuple[int, str]]:
    """Of each table how many rows it has, and a hash of all of them in their order."""
    with engine_of(file) as engine, engine.begin() as connection:
        listed = select(text("name")).select_from(table("sqlite_master")).where(text("type = 'table'"))
        return {name: _sums(connection, name) for (name,) in connection.execute(listed).all()}


def _sums(connection: Connection, name: str) -> tuple[int, str]:
    digest, count = hashlib.sha256(), 0
    rows = select(text("*")).select_from(table(name)).order_by(text("rowid"))
    for row in connection.execution_options(yield_per=_ROWS_AT_ONCE).execute(rows):
        digest.update(repr(tuple(row)).encode("utf-8", "surrogatepass"))
        count += 1
    return count, digest.hexdigest()

"""The source of truth: articles, versions, passages, vectors and jobs. `protocols` says what a database must do.

These functions alone choose the database: SQLite, or PostgreSQL where the data folder has an address of one. Each is
imported when it is chosen, since its driver takes a while and need not be installed for another.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from corpus.errors import BackupUnusable
from corpus.store.bell import Bell, SilentBell
from corpus.store.data_folder import DataFolder

if TYPE_CHECKING:  # settings import this package, and need not pay for NumPy
    from corpus.store.protocols import Store
    from corpus.store.sealing import Seal
    from corpus.store.service_protocols import RequestCounts, ServiceStore
    from corpus.store.snapshots import Written
    from corpus.store.sql import SqlStore

__all__ = [
    "DataFolder",
    "add_snapshot",
    "backup",
    "building",
    "check_snapshot",
    "copy_store",
    "open_bell",
    "open_request_counts",
    "open_service_store",
    "open_store",
    "open_store_for_index",
    "open_store_worker",
    "open_store_writer",
    "remove_old_snapshots",
    "restore",
    "telling",
    "visiting",
]


def open_store(data: DataFolder) -> Store:
    """Open for reading; an empty store is made when the folder has none.

    Raises StoreTooOld when a writer has to migrate first, and StoreTooNew.
    """
    if data.database_url:
        from corpus.store.postgres import PostgresStore

        return PostgresStore.open(data)
    from corpus.store.sqlite import SqliteStore

    return SqliteStore.open(data)


def open_store_writer(data: DataFolder) -> Store:
    """Open for reading and writing, alone; migrates an older store.

    Raises DataFolderBusy when there is another writer, and StoreTooNew.
    """
    return _sql_writer(data)


def open_store_worker(data: DataFolder, keeps_index: bool = True) -> Store:
    """Open to work off jobs, beside others who do where the store is shared; migrates an older store.

    One that `keeps_index` is alone in the folder and keeps its index, too; another only makes no index at all.
    Raises DataFolderBusy when there is a writer that shares its place with nobody, and StoreTooNew.
    """
    if data.database_url:
        from corpus.store.postgres import PostgresStore

        return PostgresStore.open_worker(data, keeps_index)
    return open_store_writer(data)


def open_store_for_index(data: DataFolder) -> Store:
    """Open to keep the index in this folder: generations can be published and withdrawn. Alone in the folder.

    Where other machines share the store, one of them may write meanwhile. Raises what the two others do.
    """
    if data.database_url:
        from corpus.store.postgres import PostgresStore

        return PostgresStore.open_for_index(data)
    return open_store_writer(data)


def open_service_store(data: DataFolder, patience: float | None = None) -> ServiceStore:
    """Open the service's own store; made when the folder has none, and migrated when it is older.

    `patience`, in seconds, is how long anything waits for another's transaction before DataFolderBusy.
    """
    if data.database_url:
        from corpus.store.postgres import PostgresServiceStore

        return PostgresServiceStore.open(data, patience)
    from corpus.store.sqlite import SqliteServiceStore

    return SqliteServiceStore.open(data, patience)


@contextmanager
def telling(data: DataFolder) -> Iterator[Callable[[], None]]:
    """Hold the place of the one, among all machines, who asks standing questions again and tells their changes.

    What is given raises DataFolderBusy once the place was lost. Raises DataFolderBusy when another has it.
    """
    if data.database_url:
        from corpus.store.postgres.places import teller_place

        with teller_place(data.database_url) as place:
            yield place.stay
    else:
        with data.telling():
            yield _stay


@contextmanager
def visiting(data: DataFolder) -> Iterator[Callable[[], None]]:
    """Hold the place of the one, among all machines, who visits sources; it gives and raises what `telling` does.

    In a folder, who ingests visits.
    """
    if data.database_url:
        from corpus.store.postgres.places import visitor_place

        with visitor_place(data.database_url) as place:
            yield place.stay
    else:
        yield _stay


@contextmanager
def building(data: DataFolder) -> Iterator[Callable[[], None]]:
    """Hold the place of the one, among all machines, who builds an index for all.

    It gives and raises what `telling` does. In a folder, who writes builds.
    """
    if data.database_url:
        from corpus.store.postgres.places import builder_place

        with builder_place(data.database_url) as place:
            yield place.stay
    else:
        yield _stay


def _stay() -> None:
    """A lock of the operating system cannot be lost."""


def open_bell(data: DataFolder) -> Bell:
    """Return a bell that rings when anybody commits an article or a job."""
    if data.database_url:
        from corpus.store.postgres.bell import PostgresBell

        return PostgresBell(data.database_url)
    return SilentBell()


def open_request_counts(data: DataFolder) -> RequestCounts | None:
    """Return the counts of all machines that share a database; None for a folder, which is one machine's."""
    if data.database_url:
        from corpus.store.postgres.rates import PostgresRequestCounts

        return PostgresRequestCounts(data.database_url)
    return None


def backup(data: DataFolder, target: Path) -> None:
    """Write all that is stored, the service's too, into one file, also while others use the folder.

    The file appears, or replaces a backup of that name, when it is complete and checked. Raises
    DataFolderUnusable when there is nothing to back up, BackupUnusable when no sound file can be written or another
    kind of file has that name.
    """
    _refuse_shared(data)
    from corpus.store.sqlite.backup import backup as write_backup

    write_backup(data, target)


def restore(
    source: Path,
    data: DataFolder,
    replace: bool = False,
    key: bytes | None = None,
    snapshot: str | None = None,
) -> None:
    """Put what a backup holds into a data folder; stop what serves the folder first.

    Of a folder of backups it is the newest snapshot, or the one with that name. Nothing is touched before the backup
    has been checked. An older backup is migrated; the index has to be rebuilt. A folder that holds anything is refused
    unless `replace` says so and it is a data folder; what was revoked or rotated there stays so.
    Raises BackupUnusable, StoreTooNew, DataFolderBusy and DataFolderUnusable.
    """
    _refuse_shared(data)
    if source.is_dir():
        from corpus.store.sqlite.incremental import restore_snapshot

        restore_snapshot(source, _seal(key), snapshot, data, replace)
        return
    from corpus.store.sqlite.backup import restore as read_backup

    read_backup(source, data, replace)


def add_snapshot(data: DataFolder, folder: Path, key: bytes | None = None) -> Written:
    """Add a snapshot of all that is stored to a folder of backups; only what changed since the others is written.

    Others may use the data folder meanwhile; it needs room for a copy. With a `key` of 32 bytes it is encrypted.
    Raises what `backup` raises, and DataFolderBusy while another backup is being made.
    """
    _refuse_shared(data)
    from corpus.store.sqlite.incremental import add_snapshot as write_snapshot

    return write_snapshot(data, folder, _seal(key))


def check_snapshot(folder: Path, name: str, key: bytes | None = None) -> None:
    """Restore a snapshot into a temporary folder. Raise BackupUnusable unless every row is as it was backed up."""
    from corpus.store.sqlite.incremental import check_snapshot as compare_snapshot

    compare_snapshot(folder, _seal(key), name)


def remove_old_snapshots(folder: Path, keep: int, key: bytes | None = None) -> int:
    """Remove all but the newest `keep` snapshots (1 at least) and what only they need; return how many went."""
    from corpus.store.snapshots import BackupFolder

    backups = BackupFolder(folder, _seal(key))
    with backups.writing():
        return backups.remove_old(keep)


def copy_store(source: DataFolder, target: DataFolder, on_table: Callable[[str, int], object] | None = None) -> None:
    """Copy all that is stored into another folder or database, which is empty or holds the beginning of such a copy.

    It may be killed, and goes on where it was. In the end both are read whole and compared; `on_table` hears of each
    table and its rows. Both places have no other writer meanwhile; no key may be added, or job accepted, either. The
    index of the target has to be made. Raises DataFolderBusy, DataFolderUnusable, and BackupUnusable when the copy is
    not what was copied.
    """
    from corpus.store.sql.copying import claim, copy_database

    with _sql_writer(source) as one, _sql_writer(target) as other:
        claim(one.database, other.database)
        shutil.rmtree(target.index, ignore_errors=True)  # none of it fits what is copied
        copy_database(one.database, other.database, on_table)


def _seal(key: bytes | None) -> Seal:
    from corpus.store.sealing import KeySeal, NoSeal

    return KeySeal(key) if key else NoSeal()


def _sql_writer(data: DataFolder) -> SqlStore:
    if data.database_url:
        from corpus.store.postgres import PostgresStore

        return PostgresStore.open_writer(data)
    from corpus.store.sqlite import SqliteStore

    return SqliteStore.open_writer(data)


def _refuse_shared(data: DataFolder) -> None:
    if data.is_shared:
        raise BackupUnusable("The articles are in a database, which is backed up by its own means, such as `pg_dump`.")

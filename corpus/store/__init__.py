"""The source of truth: articles, versions, passages, vectors and jobs. `protocols` says what a database must do.

These functions alone choose the database; a second one is a further branch here. Each is imported when it is chosen,
since its driver takes a while and need not be installed for another.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from corpus.store.data_folder import DataFolder

if TYPE_CHECKING:  # settings import this package, and need not pay for NumPy
    from corpus.store.protocols import Store
    from corpus.store.service_protocols import ServiceStore

__all__ = ["DataFolder", "backup", "open_service_store", "open_store", "open_store_writer", "restore"]


def open_store(data: DataFolder) -> Store:
    """Open for reading; an empty store is made when the folder has none.

    Raises StoreTooOld when a writer has to migrate first, and StoreTooNew.
    """
    from corpus.store.sqlite import SqliteStore

    return SqliteStore.open(data)


def open_store_writer(data: DataFolder) -> Store:
    """Open for reading and writing, alone; migrates an older store.

    Raises DataFolderBusy when there is another writer, and StoreTooNew.
    """
    from corpus.store.sqlite import SqliteStore

    return SqliteStore.open_writer(data)


def open_service_store(data: DataFolder, patience: float | None = None) -> ServiceStore:
    """Open the service's own store; made when the folder has none, and migrated when it is older.

    `patience`, in seconds, is how long anything waits for another's transaction before DataFolderBusy.
    """
    from corpus.store.sqlite.service import SqliteServiceStore

    return SqliteServiceStore.open(data, patience)


def backup(data: DataFolder, target: Path) -> None:
    """Write all that is stored, the service's too, into one file, also while others use the folder.

    The file appears, or replaces a backup of that name, when it is complete and checked. Raises
    DataFolderUnusable when there is nothing to back up, BackupUnusable when no sound file can be written or another
    kind of file has that name.
    """
    from corpus.store.sqlite.backup import backup as write_backup

    write_backup(data, target)


def restore(source: Path, data: DataFolder, replace: bool = False) -> None:
    """Put what a backup holds into a data folder; stop what serves the folder first.

    Nothing is touched before the backup has been checked. An older backup is migrated; the index has to be
    rebuilt. A folder that holds anything is refused unless `replace` says so and it is a data folder; a key that
    was revoked there stays revoked.
    Raises BackupUnusable, StoreTooNew, DataFolderBusy and DataFolderUnusable.
    """
    from corpus.store.sqlite.backup import restore as read_backup

    read_backup(source, data, replace)

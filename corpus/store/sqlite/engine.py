"""Everything special to SQLite: connections, durability, its own SQL, and the translation of its errors."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import Connection, Engine, QueuePool, create_engine, event
from sqlalchemy.exc import DBAPIError

from corpus.errors import CatalogMissing, CorpusError, DataFolderBusy, DataFolderUnusable
from corpus.store.data_folder import DataFolder
from corpus.store.disk import explained, free_bytes, full, is_exhausted, is_writable, make_room, read_only, unusable
from corpus.store.privacy import create_private

_PATIENCE_SECONDS = 30.0
"""How long a statement waits for another's transaction, unless told; ours are short."""


_COPIES_TO_SCRUB = 2
"""A rewritten file is a temporary file first, then as much log."""

_LOG_INDEX_BYTES = 32 * 1024
"""Size of the smallest index of a log (`-shm`); a smaller one was begun on a full disk."""

_BESIDE = ("-wal", "-shm", "-journal")
"""Endings of what SQLite keeps beside a database that is open, or was when its program was killed."""


def open_engine(file: Path, foreign_keys: bool = True, patience: float | None = None) -> Engine:
    """An engine that threads can share. It connects when first used; the file must be there.

    `patience`, in seconds, is how long a statement waits for another's transaction.
    """
    engine = create_engine(
        "sqlite://",
        creator=lambda: _connect(file, foreign_keys, patience),
        poolclass=QueuePool,
        max_overflow=-1,  # no thread waits for another one's connection
    )
    event.listen(engine, "begin", _begin)
    return engine


def for_writing(engine: Engine) -> Engine:
    """Return the engine with transactions that take the writer's place at once, so that none fails halfway for it."""
    return engine.execution_options(begin="BEGIN IMMEDIATE")


def stored_revision(file: Path) -> str | None:
    """Return the schema revision that Alembic noted in the file; None when there is no file or nothing in it yet."""
    if not file.exists():
        return None
    with closing(_connect(file)) as connection:
        if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'").fetchone():
            return None
        row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    return str(row[0]) if row else None


def use_wal(file: Path) -> None:
    """Let readers and the writer of this file never wait for each other, from now on: it is noted in the file.

    A missing file is made.
    """
    create_private(file)
    with closing(_connect(file)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")


def ask_for_scrub(connection: Connection) -> None:
    """Note, as part of a transaction that deletes, that `scrub` has work."""
    connection.exec_driver_sql("PRAGMA user_version = 1")


def scrub(file: Path) -> None:
    """Rewrite file and log without what was deleted, if anything was since the last time.

    `secure_delete` misses copies that stay behind when SQLite moves rows between pages; a rewritten file has
    none. The log keeps old pages that somebody is in the middle of reading, and rewriting needs space for the whole
    file twice; the next writer tries again.
    """
    with closing(_connect(file)) as connection:
        (has_work,) = connection.execute("PRAGMA user_version").fetchone()
        if not has_work or free_bytes(file.parent) < _COPIES_TO_SCRUB * file.stat().st_size:
            return
        connection.execute("VACUUM")
        was_busy, _, _ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if not was_busy:
            connection.execute("PRAGMA user_version = 0")


def write_copy(source: Path, target: Path) -> None:
    """Write a compact copy of one moment of `source`, which others may use meanwhile. `target` must not exist."""
    create_private(target)
    with closing(_connect(source)) as connection:
        connection.execute("VACUUM INTO ?", (_uri(target, "mode=rw"),))


def write_pages(source: Path, target: Path) -> None:
    """Write a copy of one moment of `source`, which others may use meanwhile. `target` must not exist.

    Each page stands where it stands in `source`, so that a later copy differs in those that were changed.
    """
    create_private(target)
    with closing(_connect(source)) as connection, closing(sqlite3.connect(target)) as copy:
        connection.backup(copy)


def find_damage(file: Path) -> str | None:
    """Return what SQLite finds wrong with a whole file, None when it is sound. Reads every page."""
    try:
        with closing(_connect(file)) as connection:
            (finding,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
    except sqlite3.DatabaseError as error:
        return str(error)
    return None if finding == "ok" else str(finding)


def remove_log(file: Path) -> None:
    """Remove what SQLite keeps beside a database that nobody has open."""
    for suffix in _BESIDE:
        file.with_name(file.name + suffix).unlink(missing_ok=True)


@contextmanager
def errors_in_our_words(folder: Path) -> Iterator[None]:
    """Turn errors of the disk and of SQLite's file into errors of the data folder."""
    try:
        yield
    except OSError as error:
        raise explained(folder, error) from error
    except (DBAPIError, sqlite3.Error) as error:
        cause = error.orig if isinstance(error, DBAPIError) else error
        translated = _translated(cause, folder)
        if translated is None:
            raise
        raise translated from error


def _translated(error: BaseException | None, folder: Path) -> CorpusError | None:
    match _primary_name(error):
        case "BUSY" | "LOCKED":
            return DataFolderBusy(f"The data folder {folder} is busy; try again when its writer is done.")
        case "FULL":
            return full(folder)
        case "CORRUPT" | "NOTADB":
            return DataFolderUnusable(
                f"The catalog in {folder} is damaged; put a backup in its place with `assistant restore --replace`."
            )
        case "READONLY" if getattr(error, "sqlite_errorname", "") != "SQLITE_READONLY_DBMOVED":
            return _read_only_or_full(folder, error)
        case "IOERR" | "READONLY" | "CANTOPEN" | "PERM" | "AUTH":
            return _trouble_of_disk(folder, error)
    return None


def _trouble_of_disk(folder: Path, error: object) -> DataFolderUnusable:
    """Return what SQLite's error comes from; it says "unable to open" and "I/O error" for most troubles."""
    if not folder.is_dir():
        return unusable(folder, error)
    if not DataFolder(folder).database.exists():
        return catalog_missing(folder)
    if is_writable(folder) and not is_exhausted(folder):
        return unusable(folder, error)
    if _has_unreadable_log(DataFolder(folder).database):
        return DataFolderUnusable(
            f"The data folder {folder} is read-only, and holds changes that were not yet written into its catalog: "
            "open it once where it can be written (`assistant status`), or copy it after its service has stopped."
        )
    return _read_only_or_full(folder, error)


def _has_unreadable_log(file: Path) -> bool:
    """Whether there is a log and no index of it, which SQLite would have to write in order to read the log."""
    return _size(file, "-wal") > 0 and _size(file, "-shm") == 0


def _read_only_or_full(folder: Path, error: object) -> DataFolderUnusable:
    return full(folder) if is_writable(folder) and is_exhausted(folder) else read_only(folder, error)


def catalog_missing(folder: Path) -> CatalogMissing:
    return CatalogMissing(
        f"The catalog of the data folder {folder} is gone: mount its volume again, or restore a backup with `assistant "
        f"restore --replace`; to begin a new library, delete {DataFolder(folder).index}."
    )


def _primary_name(error: BaseException | None) -> str:
    """`IOERR` for SQLITE_IOERR_WRITE and its like; empty when SQLite said nothing."""
    if "Could not decode to UTF-8" in str(error):  # Python's word for damaged text
        return "CORRUPT"
    return getattr(error, "sqlite_errorname", "").removeprefix("SQLITE_").split("_")[0]


def _connect(file: Path, foreign_keys: bool = True, patience: float | None = None) -> sqlite3.Connection:
    # isolation_level None: Python's module begins no transaction by itself, `_begin` does.
    timeout = _PATIENCE_SECONDS if patience is None else patience
    make_room(file.parent)
    connection = sqlite3.connect(
        _address(file), uri=True, timeout=timeout, isolation_level=None, check_same_thread=False
    )
    connection.execute("PRAGMA synchronous = FULL")  # a commit is on the disk before it is acknowledged
    connection.execute(f"PRAGMA foreign_keys = {foreign_keys:d}")
    connection.execute("PRAGMA secure_delete = ON")  # deleted text is overwritten, not only forgotten
    return connection


def _address(file: Path) -> str:
    # Never made by the way: a catalog that is gone is no empty one.
    return _uri(file, "immutable=1" if is_frozen(file) else "mode=rw")


def _uri(file: Path, option: str) -> str:
    # Quoted, since SQLite takes only names that are UTF-8.
    return f"file:{quote(os.fsencode(file.absolute()))}?{option}"


def is_frozen(file: Path) -> bool:
    """Whether a file lies where nothing can be written and nobody has it open: then it is read without a log beside it.

    A log that is there was left by a program that was killed, or is in use; SQLite reads both.
    """
    is_in_use = _size(file, "-wal") > 0 or _size(file, "-shm") >= _LOG_INDEX_BYTES or _size(file, "-journal") > 0
    return not is_in_use and (not is_writable(file.parent) or is_exhausted(file.parent))


def _size(file: Path, suffix: str) -> int:
    """Return the bytes of what SQLite keeps beside a file, 0 when it is not there."""
    try:
        return file.with_name(file.name + suffix).stat().st_size
    except OSError:
        return 0


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql(connection.get_execution_options().get("begin", "BEGIN"))

"""Shared counts: numbers that all processes serving one data folder count together (rate limits, metrics).

They stand in a small SQLite file of their own beside the store, which nothing else writes and nobody backs up.
It is written at every request, so it waits for no disk: losing it loses a minute of rate limits.

Times are the wall clock's, which all processes share and which may be set: what lies further ahead than it can is over.
"""

from __future__ import annotations

import logging
import sqlite3
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Lock

from filelock import FileLock

from corpus.errors import CorpusError, DataFolderUnusable
from corpus.store.disk import make_room
from corpus.store.privacy import create_private

_log = logging.getLogger(__name__)

COUNTS_FILE = "serving.sqlite3"
LOCK_FILE = "serving.lock"
"""Held while the counts are opened: workers start together, and one that meets a damaged file begins it anew."""

_PATIENCE_SECONDS = 1.0
"""A count takes well below a millisecond; whoever waits this long for others' has another trouble."""

_SWEEP_SECONDS = 60.0
"""Seconds between removals of counts whose time is over."""

_LONGEST_WINDOW = 3600.0
"""Seconds; of those that are counted, which are of a minute, none is as long."""

_FRESH_SECONDS = 5.0
"""Seconds without a word from a process after which its levels do not count: it was killed."""

_IN_MEMORY = ":memory:"

_TABLES = """
CREATE TABLE IF NOT EXISTS windows (key TEXT PRIMARY KEY, count INTEGER NOT NULL, ends REAL NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS tallies (name TEXT PRIMARY KEY, value REAL NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS levels (
    process TEXT, name TEXT, value REAL NOT NULL, at REAL NOT NULL, PRIMARY KEY (process, name)
) WITHOUT ROWID;
"""

_COUNT_ONE_MORE = """
INSERT INTO windows VALUES (:key, :amount, :now + :seconds)
ON CONFLICT (key) DO UPDATE SET
    count = iif(ends > :now AND ends <= :now + :seconds, count, 0) + :amount,
    ends = iif(ends > :now AND ends <= :now + :seconds, ends, :now + :seconds)
RETURNING count
"""

_ADD = "INSERT INTO tallies VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = value + excluded.value"


class SharedCounts:
    """Windows, tallies and levels. Safe to use from several threads and processes; all may raise DataFolderUnusable."""

    def __init__(self, folder: Path | None) -> None:
        """Without a folder it counts for this process alone."""
        self._lock = Lock()
        self._file = folder / COUNTS_FILE if folder else Path(_IN_MEMORY)
        self._connection = _open_shared(folder) if folder else _connect(_IN_MEMORY)
        self._next_sweep = 0.0
        self._process = uuid.uuid4().hex
        self._has_levels = False

    def count_in_window(self, key: str, seconds: int, amount: int = 1) -> int:
        """Add to the count of `key` in its window of `seconds`, which begins when there is none; return the sum."""
        now = time.time()
        with self._using() as connection:
            self._sweep(connection, now)
            values = {"key": key, "amount": amount, "now": now, "seconds": seconds}
            # All rows, though there is one: SQLite commits when a statement has come to its end.
            ((count,),) = connection.execute(_COUNT_ONE_MORE, values).fetchall()
        return int(count)

    def window(self, key: str) -> tuple[int, float]:
        """Return the count of `key`, and the time at which its window ends; 0 and now when there is none."""
        now = time.time()
        with self._using() as connection:
            found = connection.execute(
                "SELECT count, ends FROM windows WHERE key = ? AND ends > ?", (key, now)
            ).fetchone()
        return found or (0, now)

    def forget_window(self, key: str) -> None:
        with self._using() as connection:
            connection.execute("DELETE FROM windows WHERE key = ?", (key,))

    def forget_windows(self) -> int:
        with self._using() as connection:
            return connection.execute("DELETE FROM windows").rowcount

    def add(self, tallies: Mapping[str, float]) -> None:
        """Add to each of these tallies; all at once."""
        with self._using() as connection, connection:
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany(_ADD, tallies.items())

    def tallies(self) -> dict[str, float]:
        """Return all tallies, with what other processes have added."""
        with self._using() as connection:
            return dict(connection.execute("SELECT name, value FROM tallies ORDER BY name").fetchall())

    def set_levels(self, levels: Mapping[str, float]) -> None:
        """Say how high each of these stands in this process, in place of what it said before.

        It has to be said again every few seconds, so that a process that was killed is forgotten.
        """
        now = time.time()
        if not any(levels.values()) and not self._has_levels:
            return
        with self._using() as connection, connection:
            connection.execute("BEGIN IMMEDIATE")
            outdated = (self._process, now - _FRESH_SECONDS, now + _FRESH_SECONDS)
            connection.execute("DELETE FROM levels WHERE process = ? OR at NOT BETWEEN ? AND ?", outdated)
            rows = [(self._process, name, value, now) for name, value in levels.items() if value]
            connection.executemany("INSERT INTO levels VALUES (?, ?, ?, ?)", rows)
            self._has_levels = bool(rows)

    def levels(self) -> dict[str, float]:
        """Return the sum of each over all processes; those that stand at zero are left out."""
        with self._using() as connection:
            summed = "SELECT name, sum(value) FROM levels WHERE at BETWEEN ? AND ? GROUP BY name"
            now = time.time()
            return dict(connection.execute(summed, (now - _FRESH_SECONDS, now + _FRESH_SECONDS)).fetchall())

    def close(self) -> None:
        self._connection.close()

    @contextmanager
    def _using(self) -> Iterator[sqlite3.Connection]:
        with self._lock, _errors_in_our_words(self._file):
            yield self._connection

    def _sweep(self, connection: sqlite3.Connection, now: float) -> None:
        if time.monotonic() >= self._next_sweep:
            self._next_sweep = time.monotonic() + _SWEEP_SECONDS
            connection.execute("DELETE FROM windows WHERE ends NOT BETWEEN ? AND ?", (now, now + _LONGEST_WINDOW))


def shared_counts(folder: Path) -> SharedCounts:
    """Return the counts of a data folder; where they cannot be written, some of this process alone, which is logged."""
    try:
        return SharedCounts(folder)
    except CorpusError as error:
        _log.error("Each process counts for itself: %s", error)
        return SharedCounts(None)


@contextmanager
def _errors_in_our_words(file: Path) -> Iterator[None]:
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        raise DataFolderUnusable(
            f"Nothing can be counted in {file} ({error}); check the folder's permissions and the free space. "
            "While nothing is served, the file may be deleted."
        ) from error


def _open_shared(folder: Path) -> sqlite3.Connection:
    file = folder / COUNTS_FILE
    make_room(folder)
    with _errors_in_our_words(file), FileLock(folder / LOCK_FILE, mode=0o600):
        create_private(file)
        return _open(file)


def _open(file: Path) -> sqlite3.Connection:
    try:
        return _connect(file)
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.OperationalError):
            raise
        # Damaged by a power cut, since it waits for no disk. Nothing in it is missed.
        for leftover in (file, *(file.with_name(file.name + suffix) for suffix in ("-wal", "-shm"))):
            with suppress(FileNotFoundError):
                leftover.unlink()
        create_private(file)
        return _connect(file)


def _connect(file: Path | str) -> sqlite3.Connection:
    connection = sqlite3.connect(file, timeout=_PATIENCE_SECONDS, isolation_level=None, check_same_thread=False)
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = OFF")
        connection.executescript(_TABLES)
    except sqlite3.Error:
        connection.close()
        raise
    return connection

"""The folder that holds everything, or this machine's share of it: where each thing lies, and who may write it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from filelock import FileLock, Timeout

from corpus.errors import DataFolderBusy
from corpus.store.disk import RESERVE_FILE, explained
from corpus.store.privacy import make_private_folder


@dataclass(frozen=True, slots=True)
class VectorServer:
    """A server that keeps vectors: its address, and the header (`Name: value`) that it lets in by, a secret."""

    url: str
    header: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class DataFolder:
    """Paths are worked out, never made. One writer at a time; readers need no lock.

    With a `database_url` the articles are in that database of PostgreSQL, shared with other machines, and the folder
    holds what this one makes of them. It may tell a password. With a `vector_server` the vector index is there.
    """

    path: Path
    database_url: str | None = field(default=None, repr=False)
    vector_server: VectorServer | None = None

    def __str__(self) -> str:
        return str(self.path)

    @property
    def store_name(self) -> str:
        """Where the store is, for people: its folder, or the database, without a password."""
        return f"database {database_name(self.database_url)}" if self.database_url else str(self.path.resolve())

    @property
    def is_shared(self) -> bool:
        """Whether other machines may write the store, too."""
        return self.database_url is not None

    @property
    def database(self) -> Path:
        """The database, a file, with whatever the database keeps beside it; called catalog on the disk."""
        return self.path / "catalog.sqlite3"

    @property
    def writer_lock(self) -> Path:
        return self.path / "writer.lock"

    @property
    def reserve(self) -> Path:
        """Space that is kept for times when the disk is full: see `corpus.store.disk`."""
        return self.path / RESERVE_FILE

    @property
    def index(self) -> Path:
        """Everything that can be made again from the store."""
        return self.path / "index"

    @property
    def words(self) -> Path:
        """The word index; its own files are `index.words.files`'s."""
        return self.index / "lexical"  # as it was called once

    @property
    def generations(self) -> Path:
        """Finished generations of the vector index, a folder each."""
        return self.index / "generations"

    @property
    def staging(self) -> Path:
        """Generations that are being built."""
        return self.index / "staging"

    @property
    def generations_file(self) -> Path:
        """Which generations may be used, where the articles are in a database that other machines share."""
        return self.index / "generations.json"

    @property
    def judge(self) -> Path:
        """What was measured of the language model that judges; without it, none does."""
        return self.path / "judge.json"

    @property
    def teller_lock(self) -> Path:
        """Held by the process that asks standing questions again and tells their changes."""
        return self.path / "teller.lock"

    @property
    def backup_lock(self) -> Path:
        """Held by the process that copies the store for an incremental backup."""
        return self.path / "backup.lock"

    @property
    def backup_copy(self) -> Path:
        """Where that copy lies, while it is taken apart."""
        return self.path / "backup"

    @contextmanager
    def backing_up(self) -> Iterator[None]:
        """Hold the place of the one who copies the store; raises what `locked` raises."""
        with self._held(self.backup_lock, 0.0, f"Another process is making a backup of {self}; try again later."):
            yield

    @contextmanager
    def telling(self) -> Iterator[None]:
        """Hold the place of the one who tells changes; raises what `locked` raises."""
        busy = f"Another process asks the standing questions of {self} already."
        with self._held(self.teller_lock, 0.0, busy):
            yield

    @contextmanager
    def locked(self, patience: float = 0.0) -> Iterator[None]:
        """Hold the writer's place; the folder is made when it is missing.

        The operating system frees the lock of a process that dies. Waits `patience` seconds for another writer,
        then raises DataFolderBusy; DataFolderUnusable when the lock file cannot be written.
        """
        busy = f"The data folder {self} is being written by another process; try again when it is done."
        if self.is_shared:
            busy = (
                f"Another process of this machine is building the index in {self}, as a replica does when much is new; "
                "try again in some minutes, or name another folder as ASSISTANT_CACHE for this command."
            )
        with self._held(self.writer_lock, patience, busy):
            yield

    @contextmanager
    def _held(self, place: Path, patience: float, busy: str) -> Iterator[None]:
        # A store may be closed by another thread than the one that opened it.
        lock = FileLock(place, timeout=patience, mode=0o600, thread_local=False)
        try:
            make_private_folder(self.path)
            lock.acquire()
        except Timeout:
            raise DataFolderBusy(busy) from None
        except OSError as error:
            raise explained(self.path, error) from error
        try:
            yield
        finally:
            lock.release()


def database_name(url: str) -> str:
    """Return how a database is called in messages: without who asks, and without a password."""
    parts = urlsplit(url)
    return f"{parts.path.lstrip('/') or 'default'} on {parts.netloc.rpartition('@')[2] or 'this machine'}"

"""The database file that the stores share: `corpus.store.sql.database`."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext

from sqlalchemy import Connection

from corpus.errors import CatalogMissing
from corpus.store.data_folder import DataFolder
from corpus.store.disk import make_room, refuse_when_full
from corpus.store.sqlite.engine import (
    ask_for_scrub,
    catalog_missing,
    errors_in_our_words,
    for_writing,
    is_frozen,
    open_engine,
    scrub,
)


class SqliteDatabase:
    """`corpus.store.sql.database.Database`.

    `writer` holds the writer's lock until it is closed; None for a reader. `patience`, in seconds, is how long a
    statement waits for another's transaction; None: as long as is usual.
    """

    def __init__(self, data: DataFolder, writer: ExitStack | None = None, patience: float | None = None) -> None:
        self.data = data
        self._engine = open_engine(data.database, patience=patience)
        self._writer = writer
        self._opened = _identity(data)

    @property
    def has_other_writers(self) -> bool:
        return False

    def close(self) -> None:
        self._engine.dispose()
        if self._writer:
            self._writer.close()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        self._check_file()
        with errors_in_our_words(self.data.path), self._engine.begin() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        if self._writer is None:
            raise RuntimeError("This store was opened for reading; open_store_writer opens one to change.")
        with self.noting() as connection:
            yield connection

    @contextmanager
    def noting(self) -> Iterator[Connection]:
        # SQLite lets one in at a time.
        self._check_file()
        make_room(self.data.path)
        with errors_in_our_words(self.data.path), for_writing(self._engine).begin() as connection:
            yield connection

    def claim(self, _: int, /) -> bool:
        return True

    def claimed_jobs(self) -> Collection[int]:
        return ()

    def release(self, jobs: Collection[int]) -> None:
        """There is nobody to leave them to."""

    def purging(self) -> AbstractContextManager[None]:
        return nullcontext()

    def keeping_vectors(self) -> AbstractContextManager[None]:
        return nullcontext()

    def alone(self) -> AbstractContextManager[None]:
        return self.data.locked()

    def ask_for_scrub(self, connection: Connection) -> None:
        ask_for_scrub(connection)

    def refuse_when_full(self) -> None:
        refuse_when_full(self.data.path)

    def scrub(self) -> None:
        with errors_in_our_words(self.data.path):
            scrub(self.data.database)

    def _check_file(self) -> None:
        """Raise CatalogMissing when the file is gone or another one: what is open of it still looks well."""
        found = _identity(self.data)
        if found is None:
            raise catalog_missing(self.data.path)
        if self._opened is None or found[:2] != self._opened[:2]:
            raise CatalogMissing(
                f"The catalog of the data folder {self.data} was replaced while it was open; start this program again."
            )
        if found != self._opened:  # what was read without locks may be written now, or the other way round
            self._opened = found
            self._engine.dispose()


def _identity(data: DataFolder) -> tuple[int, ...] | None:
    """Return what tells one file from another, and whether it is read without locks; then also when it was written."""
    try:
        found = data.database.stat()
    except OSError:
        return None
    written = (found.st_mtime_ns, found.st_size) if is_frozen(data.database) else ()
    return found.st_dev, found.st_ino, *written

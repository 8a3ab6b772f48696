"""The database file that the stores share: its connections, and leave to write."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from sqlalchemy import Connection

from corpus.store.data_folder import DataFolder
from corpus.store.sqlite.engine import errors_in_our_words, for_writing, open_engine, scrub


class Database:
    """An open database file, usable from several threads.

    `writer` holds the writer's lock until it is closed; None for a reader. `patience`, in seconds, is how long a
    statement waits for another's transaction; None: as long as is usual.
    """

    def __init__(self, data: DataFolder, writer: ExitStack | None = None, patience: float | None = None) -> None:
        self.data = data
        self._engine = open_engine(data.database, patience=patience)
        self._writer = writer

    def close(self) -> None:
        """Give up connections and, for a writer, the lock. Closing twice does nothing."""
        self._engine.dispose()
        if self._writer:
            self._writer.close()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """One moment of the database, unmoved by what is written meanwhile."""
        with errors_in_our_words(self.data.path), self._engine.begin() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction: on the disk when the block is left, undone when it raises."""
        if self._writer is None:
            raise RuntimeError("This store was opened for reading; open_store_writer opens one to change.")
        with self.noting() as connection:
            yield connection

    @contextmanager
    def noting(self) -> Iterator[Connection]:
        """A short transaction that a reader may make too: it touches no article, and SQLite lets one in at a time."""
        with errors_in_our_words(self.data.path), for_writing(self._engine).begin() as connection:
            yield connection

    def scrub(self) -> None:
        """Rewrite the files so that nothing is left of what was deleted."""
        with errors_in_our_words(self.data.path):
            scrub(self.data.database)

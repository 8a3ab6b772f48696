"""What the parts of the catalog share: its folder, its connections, and leave to write."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Self

from sqlalchemy import Connection

from corpus.store.sqlite.engine import errors_in_our_words, for_writing, open_engine, scrub

_READERS_PATIENCE_SECONDS = 5.0
"""How long somebody whose request is to be queued waits for another's transaction before it is told to come back."""


class Database:
    """An open catalog file, usable from several threads.

    `writer` holds the writer's lock until it is closed; None for a reader.
    """

    def __init__(self, folder: Path, file: Path, writer: ExitStack | None) -> None:
        self.folder = folder
        self._file = file
        self._engine = open_engine(file, patience=_READERS_PATIENCE_SECONDS if writer is None else None)
        self._writer = writer

    def close(self) -> None:
        """Give up connections and, for a writer, the lock. Closing twice does nothing."""
        self._engine.dispose()
        if self._writer:
            self._writer.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        """One moment of the catalog, unmoved by what is written meanwhile."""
        with errors_in_our_words(self.folder), self._engine.begin() as connection:
            yield connection

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        """A transaction: on the disk when the block is left, undone when it raises."""
        if self._writer is None:
            raise RuntimeError("This catalog was opened for reading; Catalog.open_writer opens one to change.")
        with self._noting() as connection:
            yield connection

    @contextmanager
    def _noting(self) -> Iterator[Connection]:
        """A short transaction that a reader may make too: it touches no article, and SQLite lets one in at a time."""
        with errors_in_our_words(self.folder), for_writing(self._engine).begin() as connection:
            yield connection

    def _scrub(self) -> None:
        """Rewrite the files so that nothing is left of what was deleted."""
        with errors_in_our_words(self.folder):
            scrub(self._file)

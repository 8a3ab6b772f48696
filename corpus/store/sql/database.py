"""What a database gives the stores that share it: connections, leave to write, and what is done beside its SQL."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Protocol

from sqlalchemy import Connection


class Database(Protocol):
    """An open database, usable from several threads. Transactions that change it take turns."""

    def reading(self) -> AbstractContextManager[Connection]:
        """One moment of the database, unmoved by what is written meanwhile."""

    def writing(self) -> AbstractContextManager[Connection]:
        """A transaction: on the disk when the block is left, undone when it raises. RuntimeError for a reader."""

    def noting(self) -> AbstractContextManager[Connection]:
        """A short transaction that a reader may make too: it touches no article."""

    def alone(self) -> AbstractContextManager[None]:
        """Hold the place of those who rewrite files, if the database has any. Raises DataFolderBusy."""

    def ask_for_scrub(self, connection: Connection) -> None:
        """Note, as part of a transaction that deletes, that `scrub` has work."""

    def scrub(self) -> None:
        """See to it that nothing is left of what was deleted, as far as that is this program's affair."""

    def refuse_when_full(self) -> None:
        """Raise DataFolderFull when only as much space is left as deleting may need."""

    def close(self) -> None:
        """Give up connections and, for a writer, its place. Closing twice does nothing."""

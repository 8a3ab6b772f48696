"""What a database gives the stores that share it: connections, leave to write, and what is done beside its SQL."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import AbstractContextManager
from typing import Protocol

from sqlalchemy import Connection


class Database(Protocol):
    """An open database, usable from several threads. Transactions that change it take turns."""

    @property
    def has_other_writers(self) -> bool:
        """Whether articles may be written by others between two transactions of this writer."""

    def reading(self) -> AbstractContextManager[Connection]:
        """One moment of the database, unmoved by what is written meanwhile."""

    def writing(self) -> AbstractContextManager[Connection]:
        """A transaction: on the disk when the block is left, undone when it raises. RuntimeError for a reader."""

    def noting(self) -> AbstractContextManager[Connection]:
        """A short transaction that a reader may make too: it touches no article."""

    def claim(self, job: int, /) -> bool:
        """Keep a job from other writers until `release`, or until this is closed; False when another has it."""

    def claimed_jobs(self) -> Collection[int]:
        """Return the jobs that any writer keeps from others."""

    def release(self, jobs: Collection[int]) -> None:
        """Leave jobs to other writers."""

    def purging(self) -> AbstractContextManager[None]:
        """Let no other writer be within `keeping_vectors`. To be entered before any transaction."""

    def keeping_vectors(self) -> AbstractContextManager[None]:
        """Let no other writer purge vectors that no passage has yet."""

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

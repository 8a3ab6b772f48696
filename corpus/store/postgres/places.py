"""Places among all machines, and jobs that are kept from others: advisory locks of one connection, gone when it is.

So what a process held is free as soon as it was killed, and whoever wants to write asks, in the transaction that
writes, whether it still holds its place. A process that stands still, or whose machine is gone, is heard no more;
then PostgreSQL ends its connection, by a clock of its own.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from enum import IntEnum
from threading import Event, Lock, Thread

from sqlalchemy import Connection, text

from corpus.errors import DataFolderBusy
from corpus.store.data_folder import database_name
from corpus.store.postgres.engine import DriverConnection, DriverError, connect, errors_in_our_words

_SILENT_SECONDS = 30
"""Without a word from a process for so long it holds nothing any more."""

_SECONDS_BETWEEN_WORDS = 5.0


class PlaceNumber(IntEnum):
    """Numbers of the advisory locks."""

    WRITER = 7_302_003
    JOB = 7_302_004
    """With the number of a job."""
    PURGE = 7_302_005
    TELLER = 7_302_006
    VISITOR = 7_302_007
    BUILDER = 7_302_009


class Place:
    """A place that one process holds, or that several share, until it is given up or lost with its connection."""

    def __init__(self, url: str, number: PlaceNumber, busy: str, is_shared: bool = False) -> None:
        """Raise DataFolderBusy with the sentence `busy` when others hold it and do not share it."""
        self.is_shared = is_shared
        self._url = url
        self._number = number
        self._held: set[int] = set()
        self._giving_up = Lock()
        self._given_up = Event()
        self._connection: DriverConnection | None = connect(url, autocommit=True)
        taken = self._told(f"SELECT pg_try_advisory_lock{'_shared' if is_shared else ''}(%s)", number)
        if not taken:
            self.give_up()
            raise DataFolderBusy(busy)
        self._backend = self._told("SELECT pg_backend_pid()")
        self._told("SELECT set_config('idle_session_timeout', %s, false)", f"{_SILENT_SECONDS}s")
        Thread(target=self._speak, name="place", daemon=True).start()

    def check(self, connection: Connection) -> None:
        """Raise DataFolderBusy when the place was lost (the server was started again, say), as another may have it."""
        held = text(
            "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND objid = :place AND objsubid = 1"
            " AND pid = :backend AND granted"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        )
        if connection.execute(held, {"place": self._number, "backend": self._backend}).scalar() is None:
            raise self._lost()

    def stay(self) -> None:
        """Raise DataFolderBusy when the place was lost."""
        self._told("SELECT 1")

    def claim(self, job: int) -> bool:
        """Keep a job from all others who share this place; False when one of them has it."""
        if job not in self._held and self._told("SELECT pg_try_advisory_lock(%s, %s)", PlaceNumber.JOB, job):
            self._held.add(job)
        return job in self._held

    def release(self, jobs: Collection[int]) -> None:
        """Leave jobs to others."""
        for job in self._held.intersection(jobs):
            self._told("SELECT pg_advisory_unlock(%s, %s)", PlaceNumber.JOB, job)
            self._held.discard(job)

    @contextmanager
    def purging(self) -> Iterator[None]:
        """Let nobody be within `keeping_vectors`; whoever wants to waits."""
        with self._locked("SELECT pg_advisory_lock(%s)", "SELECT pg_advisory_unlock(%s)"):
            yield

    @contextmanager
    def keeping_vectors(self) -> Iterator[None]:
        """Let nobody be within `purging`; whoever wants to waits."""
        with self._locked("SELECT pg_advisory_lock_shared(%s)", "SELECT pg_advisory_unlock_shared(%s)"):
            yield

    def give_up(self) -> None:
        """Let others have the place, and all that was kept from them. A second time does nothing."""
        self._given_up.set()
        with self._giving_up, suppress(DriverError):
            connection, self._connection = self._connection, None
            if connection is not None:
                with connection:  # its server would notice only some time after this that it is closed
                    connection.execute("SELECT pg_advisory_unlock_all()")

    @contextmanager
    def _locked(self, lock: str, unlock: str) -> Iterator[None]:
        self._told(lock, PlaceNumber.PURGE)
        try:
            yield
        finally:
            with suppress(DataFolderBusy):  # it went with the connection
                self._told(unlock, PlaceNumber.PURGE)

    def _told(self, statement: str, *values: object) -> int:
        """Ask over the connection that holds the place; return the first column."""
        connection = self._connection
        if connection is None:
            raise self._lost()
        try:
            row = connection.execute(statement, values).fetchone()
        except DriverError as error:
            if not connection.closed:
                raise
            raise self._lost() from error
        return int(row[0] or 0) if row is not None and isinstance(row[0], int | None) else 0

    def _lost(self) -> DataFolderBusy:
        return DataFolderBusy(
            f"The connection that held a place in the database {database_name(self._url)} was lost; try again."
        )

    def _speak(self) -> None:
        while not self._given_up.wait(_SECONDS_BETWEEN_WORDS):
            with suppress(DataFolderBusy, DriverError):  # whoever holds the place finds out
                self._told("SELECT 1")


def writer_place(url: str, is_shared: bool = False) -> Place:
    """Return the writer's place; raise DataFolderBusy when it is held by somebody who does not share it."""
    busy = f"The database {database_name(url)} is being written by another process; try again when it is done."
    return Place(url, PlaceNumber.WRITER, busy, is_shared)


@contextmanager
def teller_place(url: str) -> Iterator[Place]:
    """Hold the place of the one who tells changes; raise DataFolderBusy when another has it."""
    yield from _held(url, PlaceNumber.TELLER, _already(url, "asks the standing questions"))


@contextmanager
def visitor_place(url: str) -> Iterator[Place]:
    """Hold the place of the one who visits sources; raise DataFolderBusy when another has it."""
    yield from _held(url, PlaceNumber.VISITOR, _already(url, "visits the sources"))


@contextmanager
def builder_place(url: str) -> Iterator[Place]:
    """Hold the place of the one who builds for all; raise DataFolderBusy when another has it."""
    busy = (
        f"Another process, a replica perhaps, builds the index of the database {database_name(url)} for all machines; "
        "what was ingested is stored and found meanwhile, so that only assistant rebuild has to be tried again later."
    )
    yield from _held(url, PlaceNumber.BUILDER, busy)


def _already(url: str, does: str) -> str:
    return f"Another process {does} of the database {database_name(url)} already."


def _held(url: str, number: PlaceNumber, busy: str) -> Iterator[Place]:
    with errors_in_our_words(url):
        place = Place(url, number, busy)
    try:
        yield place
    finally:
        place.give_up()


def claimed_jobs(connection: Connection) -> list[int]:
    """Return the jobs that anybody keeps from others."""
    held = text(
        "SELECT CAST(objid AS bigint) FROM pg_locks WHERE locktype = 'advisory' AND classid = :place AND objsubid = 2"
        " AND granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    )
    return list(connection.execute(held, {"place": PlaceNumber.JOB}).scalars())

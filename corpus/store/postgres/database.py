"""The database that all machines share: `corpus.store.sql.database`."""

from __future__ import annotations

import weakref
from collections.abc import Collection, Iterator
from contextlib import ExitStack, contextmanager

from sqlalchemy import Connection

from corpus.store.postgres.engine import errors_in_our_words, for_reading, open_engine, take_turn
from corpus.store.postgres.places import Place, claimed_jobs


class PostgresDatabase:
    """`corpus.store.sql.database.Database`.

    `held` is what a writer holds until it is closed, and `place` its place among all machines, which several may share;
    None for a reader.
    """

    def __init__(
        self,
        url: str,
        patience: float | None = None,
        place: Place | None = None,
        held: ExitStack | None = None,
    ) -> None:
        self._url = url
        self._engine = open_engine(url, patience)
        weakref.finalize(self, self._engine.dispose)  # a store that is forgotten keeps no connection from others
        self._for_reading = for_reading(self._engine)
        self._place = place
        self._held = held

    @property
    def has_other_writers(self) -> bool:
        return self._place is not None and self._place.is_shared

    def close(self) -> None:
        self._engine.dispose()
        if self._held is not None:
            self._held.close()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        with errors_in_our_words(self._url), self._for_reading.begin() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        place = self._writers_place
        with self.noting() as connection:
            place.check(connection)
            yield connection

    @contextmanager
    def noting(self) -> Iterator[Connection]:
        with errors_in_our_words(self._url), self._engine.begin() as connection:
            take_turn(connection)
            yield connection

    def claim(self, job: int, /) -> bool:
        with errors_in_our_words(self._url):
            return self._writers_place.claim(job)

    def claimed_jobs(self) -> Collection[int]:
        with self.reading() as connection:
            return claimed_jobs(connection)

    def release(self, jobs: Collection[int]) -> None:
        with errors_in_our_words(self._url):
            self._writers_place.release(jobs)

    @contextmanager
    def purging(self) -> Iterator[None]:
        with errors_in_our_words(self._url), self._writers_place.purging():
            yield

    @contextmanager
    def keeping_vectors(self) -> Iterator[None]:
        with errors_in_our_words(self._url), self._writers_place.keeping_vectors():
            yield

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Nobody rewrites files here."""
        yield

    def ask_for_scrub(self, connection: Connection) -> None:
        """What deleted rows leave in the server's files, its log and its backups is the server's affair."""

    def scrub(self) -> None:
        """See `ask_for_scrub`."""

    def refuse_when_full(self) -> None:
        """Its disk is another machine's: it says so itself when something is written."""

    @property
    def _writers_place(self) -> Place:
        if self._place is None:
            raise RuntimeError("This store was opened for reading; open_store_writer opens one to change.")
        return self._place

"""The database that all machines share: `corpus.store.sql.database`."""

from __future__ import annotations

import weakref
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from sqlalchemy import Connection

from corpus.store.postgres.engine import WriterPlace, errors_in_our_words, for_reading, open_engine, take_turn


class PostgresDatabase:
    """`corpus.store.sql.database.Database`.

    `held` is what a writer holds until it is closed, and `place` its place among all machines; None for a reader.
    """

    def __init__(
        self,
        url: str,
        patience: float | None = None,
        place: WriterPlace | None = None,
        held: ExitStack | None = None,
    ) -> None:
        self._url = url
        self._engine = open_engine(url, patience)
        weakref.finalize(self, self._engine.dispose)  # a store that is forgotten keeps no connection from others
        self._for_reading = for_reading(self._engine)
        self._place = place
        self._held = held

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
        if self._place is None:
            raise RuntimeError("This store was opened for reading; open_store_writer opens one to change.")
        with self.noting() as connection:
            self._place.check(connection)
            yield connection

    @contextmanager
    def noting(self) -> Iterator[Connection]:
        with errors_in_our_words(self._url), self._engine.begin() as connection:
            take_turn(connection)
            yield connection

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

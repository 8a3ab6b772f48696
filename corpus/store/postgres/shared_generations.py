"""The generations of all machines, in the database: those on a server of vectors, which any machine may build."""

from __future__ import annotations

from contextlib import AbstractContextManager
from time import monotonic

from sqlalchemy import Connection

from corpus.generation_record import GenerationRecord
from corpus.store.postgres.database import PostgresDatabase
from corpus.store.sql.generations import SqlGenerations

_SECONDS_REMEMBERED = 1.0
"""Each process looks four times a second."""


class SharedGenerations(SqlGenerations):
    """`corpus.store.protocols.GenerationStore`; who builds holds the builder's place among all machines."""

    def __init__(self, database: PostgresDatabase) -> None:
        super().__init__(database)
        self._remembered: tuple[float, GenerationRecord | None] = (0.0, None)

    def live(self) -> GenerationRecord | None:
        until, record = self._remembered
        if monotonic() > until:
            record = super().live()
            self._remembered = monotonic() + _SECONDS_REMEMBERED, record
        return record

    def publish(self, name: str, seq: int, encoder: str) -> list[str]:
        self._remembered = 0.0, None
        return super().publish(name, seq, encoder)

    def withdraw(self, name: str) -> None:
        self._remembered = 0.0, None
        super().withdraw(name)

    def _changing(self) -> AbstractContextManager[Connection]:
        return self._database.noting()  # the writer's place is another's

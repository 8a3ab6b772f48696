"""The generations of the vector index that may be used: the live one, and the one before it."""

from __future__ import annotations

from contextlib import AbstractContextManager

from sqlalchemy import Connection, delete, insert, select, update

from corpus.generation_record import GenerationRecord
from corpus.store.sql.database import Database
from corpus.store.sql.schema import generation_table
from corpus.store.sql.secrets import store_identity


class SqlGenerations:
    """`corpus.store.protocols.GenerationStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def owner(self) -> str:
        with self._database.reading() as connection:
            return store_identity(connection)

    def live(self) -> GenerationRecord | None:
        return next((record for record in self.kept() if record.live), None)

    def kept(self) -> list[GenerationRecord]:
        chosen = select(generation_table).order_by(generation_table.c.live.desc())
        with self._database.reading() as connection:
            return [GenerationRecord(**row._mapping) for row in connection.execute(chosen)]

    def publish(self, name: str, seq: int, encoder: str) -> list[str]:
        with self._changing() as connection:
            kept = connection.execute(select(generation_table.c.name, generation_table.c.live)).all()
            if (name, True) in kept:
                return []
            connection.execute(delete(generation_table).where(~generation_table.c.live))
            connection.execute(update(generation_table).values(live=False))
            connection.execute(insert(generation_table).values(name=name, seq=seq, encoder=encoder, live=True))
        return [former for former, was_live in kept if not was_live and former != name]

    def withdraw(self, name: str) -> None:
        with self._changing() as connection:
            connection.execute(delete(generation_table).where(generation_table.c.name == name))
            connection.execute(update(generation_table).values(live=True))

    def _changing(self) -> AbstractContextManager[Connection]:
        return self._database.writing()

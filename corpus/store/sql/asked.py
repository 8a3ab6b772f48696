"""Questions of readers, counted by day."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import date
from typing import Any

from sqlalchemy import Connection, Select, delete, func, insert, select, update

from corpus.asked import MOST_KEPT, Asked, AskedCount, AskedOutcome, question_id
from corpus.store.sql.database import Database
from corpus.store.sql.dialects import among
from corpus.store.sql.schema import asked_table, feedback_table

_TIMES, _LAST = func.sum(asked_table.c.times), func.max(asked_table.c.day)

_COUNTED = (
    select(asked_table.c.question_id, func.min(asked_table.c.question), _TIMES, _LAST)
    .group_by(asked_table.c.question_id)
    .order_by(_TIMES.desc(), _LAST.desc(), asked_table.c.question_id)
)


class SqlAsked:
    """`corpus.store.service_protocols.AskedStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, asked: Mapping[Asked, int]) -> None:
        with self._database.noting() as connection:
            kept = connection.execute(select(func.count()).select_from(asked_table)).scalar_one()
            for one, times in asked.items():
                if not _count_on(connection, one, times) and kept < MOST_KEPT:
                    row = {"question_id": one.id, "day": one.day, "outcome": one.outcome}
                    connection.execute(insert(asked_table), {**row, "question": one.question, "times": times})
                    kept += 1

    def counts(self, most: int, outcome: AskedOutcome | None = None) -> list[AskedCount]:
        chosen = _COUNTED.limit(most)
        return self._read(chosen if outcome is None else chosen.where(asked_table.c.outcome == outcome))

    def find(self, question_ids: Collection[str]) -> list[AskedCount]:
        return self._read(_COUNTED.where(among(asked_table.c.question_id, question_ids)))

    def forget(self, question_ids: Collection[str]) -> int:
        def forget(connection: Connection) -> int:
            asked = connection.execute(delete(asked_table).where(among(asked_table.c.question_id, question_ids)))
            said = select(feedback_table.c.position, feedback_table.c.question).where(feedback_table.c.question != "")
            positions = [
                position for position, question in connection.execute(said) if question_id(question) in question_ids
            ]
            for position in positions:
                connection.execute(delete(feedback_table).where(feedback_table.c.position == position))
            return asked.rowcount + len(positions)

        return self._purge(forget)

    def remove(self, before: date) -> int:
        is_old = asked_table.c.day < before
        with self._database.reading() as connection:
            if connection.execute(select(asked_table.c.day).where(is_old).limit(1)).first() is None:
                return 0  # nobody needs to wait for nothing
        return self._purge(lambda connection: connection.execute(delete(asked_table).where(is_old)).rowcount)

    def _read(self, chosen: Select[Any]) -> list[AskedCount]:
        with self._database.reading() as connection:
            return [
                AskedCount(of, question, int(times), day) for of, question, times, day in connection.execute(chosen)
            ]

    def _purge(self, deleting: Callable[[Connection], int]) -> int:
        with self._database.alone():
            with self._database.noting() as connection:
                removed = deleting(connection)
                if removed:
                    self._database.ask_for_scrub(connection)
            self._database.scrub()
        return removed


def _count_on(connection: Connection, asked: Asked, times: int) -> bool:
    """Count a question of which there is a row already; say whether there is."""
    row = (
        asked_table.c.question_id == asked.id,
        asked_table.c.day == asked.day,
        asked_table.c.outcome == asked.outcome,
    )
    counted = connection.execute(update(asked_table).where(*row).values(times=asked_table.c.times + times))
    return counted.rowcount > 0

"""Standing questions, and what changed in their answers."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, delete, func, insert, or_, select, update

from corpus.article import ArticleFilter
from corpus.errors import TooManyWatches, UnknownWatch
from corpus.store.sql.bounds import bounds_as_json, bounds_from_json
from corpus.store.sql.database import Database
from corpus.store.sql.schema import change_table, key_table, watch_change_table, watch_table
from corpus.store.sql.types import without_zone
from corpus.watch import (
    MOST_CHANGES_KEPT,
    MOST_WATCHES,
    CitedSpan,
    Fact,
    NewChange,
    Watch,
    WatchChange,
    new_watch_id,
)


def _is_answered_for() -> ColumnElement[bool]:
    """Whether whoever asked may still ask."""
    works = and_(
        key_table.c.revoked.is_(None),
        or_(key_table.c.expires.is_(None), key_table.c.expires > without_zone(datetime.now(UTC))),
    )
    return or_(watch_table.c.key_id.is_(None), watch_table.c.key_id.in_(select(key_table.c.id).where(works)))


class SqlWatches:
    """`corpus.store.watch_protocol.WatchStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(
        self,
        question: str,
        now: datetime,
        bounds: ArticleFilter,
        key_id: str | None = None,
        webhook: str | None = None,
    ) -> Watch:
        of_key = select(func.count()).select_from(watch_table).where(watch_table.c.key_id.is_not_distinct_from(key_id))
        with self._database.noting() as connection:
            if connection.execute(of_key).scalar_one() >= MOST_WATCHES:
                raise TooManyWatches(f"There are {MOST_WATCHES} standing questions already; remove one first.")
            seq = connection.execute(select(func.max(change_table.c.seq))).scalar_one() or 0
            watch = Watch(new_watch_id(), question, now, seq, bounds, key_id, webhook)
            row = {
                "id": watch.id,
                "question": question,
                "added": without_zone(now),
                "seq": seq,
                "bounds": bounds_as_json(bounds),
                "key_id": key_id,
                "webhook": webhook,
            }
            connection.execute(insert(watch_table), row)
        return watch

    def get(self, watch_id: str) -> Watch:
        found = self._read(_chosen().where(watch_table.c.id == watch_id))
        if not found:
            raise _unknown(watch_id)
        return found[0]

    def all(self) -> list[Watch]:
        return self._read(_chosen())

    def behind(self, seq: int) -> list[Watch]:
        is_behind = or_(watch_table.c.seq < seq, watch_table.c.facts.is_(None))
        return self._read(_chosen().where(is_behind, _is_answered_for()))

    def remove(self, watch_id: str) -> None:
        with self._database.noting() as connection:
            removed = connection.execute(delete(watch_table).where(watch_table.c.id == watch_id))
        if not removed.rowcount:
            raise _unknown(watch_id)

    def settle(
        self, watch: Watch, seq: int, facts: Sequence[Fact], changes: Sequence[NewChange], now: datetime
    ) -> bool:
        before = None if watch.facts is None else _as_json(watch.facts)
        is_as_read = and_(
            watch_table.c.id == watch.id,
            watch_table.c.seq == watch.seq,
            watch_table.c.facts.is_not_distinct_from(before),
        )
        rows = [
            {
                "watch_id": watch.id,
                "noted": without_zone(now),
                "added": _as_json(change.added),
                "ended": _as_json(change.ended),
                "next_try": without_zone(now) if watch.webhook else None,
                "failures": 0,
            }
            for change in changes
        ]
        with self._database.noting() as connection:
            settled = connection.execute(update(watch_table).where(is_as_read).values(seq=seq, facts=_as_json(facts)))
            if settled.rowcount and rows:
                connection.execute(insert(watch_change_table), rows)
                _forget_old(connection, watch.id)
        return settled.rowcount > 0

    def changes(self, watch_id: str, most: int) -> list[WatchChange]:
        of_watch = select(watch_change_table).where(watch_change_table.c.watch_id == watch_id)
        return self._read_changes(of_watch.order_by(watch_change_table.c.number.desc()).limit(most))

    def to_send(self, now: datetime) -> list[WatchChange]:
        first = (
            select(func.min(watch_change_table.c.number))
            .where(watch_change_table.c.next_try.is_not(None))
            .group_by(watch_change_table.c.watch_id)
        )
        due = (
            select(watch_change_table)
            .join(watch_table, watch_table.c.id == watch_change_table.c.watch_id)
            .where(
                watch_change_table.c.number.in_(first),
                watch_change_table.c.next_try <= without_zone(now),
                _is_answered_for(),
            )
        )
        return self._read_changes(due.order_by(watch_change_table.c.number))

    def note_sent(self, number: int, now: datetime) -> None:
        self._change(number, {"next_try": None, "sent": without_zone(now), "trouble": None})

    def note_unsent(self, number: int, next_try: datetime, trouble: str) -> None:
        failures = watch_change_table.c.failures + 1
        self._change(number, {"next_try": without_zone(next_try), "trouble": trouble, "failures": failures})

    def unsent(self) -> int:
        of_watches = watch_change_table.join(watch_table, watch_table.c.id == watch_change_table.c.watch_id)
        is_to_be_sent = watch_change_table.c.next_try.is_not(None)
        counted = select(func.count()).select_from(of_watches).where(is_to_be_sent, _is_answered_for())
        with self._database.reading() as connection:
            return connection.execute(counted).scalar_one()

    def _change(self, number: int, values: dict[str, Any]) -> None:
        with self._database.noting() as connection:
            connection.execute(update(watch_change_table).where(watch_change_table.c.number == number).values(**values))

    def _read(self, chosen: Select[Any]) -> list[Watch]:
        with self._database.reading() as connection:
            return [_as_watch(row) for row in connection.execute(chosen)]

    def _read_changes(self, chosen: Select[Any]) -> list[WatchChange]:
        with self._database.reading() as connection:
            return [_as_change(row) for row in connection.execute(chosen)]


def _chosen() -> Select[Any]:
    return select(watch_table).order_by(watch_table.c.added, watch_table.c.id)


def _unknown(watch_id: str) -> UnknownWatch:
    return UnknownWatch(f"There is no standing question {watch_id}; `assistant watch list` shows what there is.")


def _forget_old(connection: Connection, watch_id: str) -> None:
    of_watch = (watch_change_table.c.watch_id == watch_id, watch_change_table.c.next_try.is_(None))
    kept = (
        select(watch_change_table.c.number)
        .where(*of_watch)
        .order_by(watch_change_table.c.number.desc())
        .limit(MOST_CHANGES_KEPT)
    )
    connection.execute(delete(watch_change_table).where(*of_watch, watch_change_table.c.number.not_in(kept)))


def _as_watch(row: Row[Any]) -> Watch:
    return Watch(
        id=row.id,
        question=row.question,
        added=row.added.replace(tzinfo=UTC),
        seq=row.seq,
        bounds=bounds_from_json(row.bounds),
        key_id=row.key_id,
        webhook=row.webhook,
        facts=None if row.facts is None else _as_facts(row.facts),
    )


def _as_change(row: Row[Any]) -> WatchChange:
    return WatchChange(
        number=row.number,
        watch_id=row.watch_id,
        noted=row.noted.replace(tzinfo=UTC),
        change=NewChange(_as_facts(row.added), _as_facts(row.ended)),
        next_try=row.next_try and row.next_try.replace(tzinfo=UTC),
        sent=row.sent and row.sent.replace(tzinfo=UTC),
        failures=row.failures,
        trouble=row.trouble,
    )


def _as_json(facts: Sequence[Fact]) -> str:
    return json.dumps([{"cited": fact.cited, "verdict": fact.verdict, "is_over": fact.is_over} for fact in facts])


def _as_facts(written: str) -> tuple[Fact, ...]:
    return tuple(
        Fact(
            cited=tuple(map(_as_cited, one["cited"])),
            verdict=one["verdict"],
            is_over=one["is_over"],
        )
        for one in json.loads(written)
    )


def _as_cited(row: list[Any]) -> CitedSpan:
    article_id, content_hash, start, end, short = row
    return CitedSpan(article_id, content_hash, start, end, short and (short[0], short[1]))

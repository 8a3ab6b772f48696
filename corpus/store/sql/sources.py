"""Sources and what is known of their pages."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, delete, func, insert, select, update

from corpus.errors import UnknownSource
from corpus.source import Page, Problem, Source, Visit, source_id
from corpus.store.sql.database import Database
from corpus.store.sql.dialects import among, merging
from corpus.store.sql.schema import article_table, source_page_table, source_table
from corpus.store.sql.types import without_zone

_ARTICLES = (
    select(func.count(func.distinct(source_page_table.c.article_id)))
    .join(article_table, article_table.c.id == source_page_table.c.article_id)
    .where(source_page_table.c.source == source_table.c.id)
    .scalar_subquery()
    .label("articles")
)
"""How many stored articles came from a source."""


class SqlSources:
    """`corpus.store.source_protocol.SourceStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> list[Source]:
        return self._read(_chosen())

    def due(self, now: datetime) -> list[Source]:
        is_due = source_table.c.next_visit <= without_zone(now)
        return self._read(_chosen(is_due).order_by(None).order_by(source_table.c.next_visit))

    def get(self, source_id: str) -> Source:
        found = self._read(_chosen(source_table.c.id == source_id))
        if not found:
            raise _unknown(source_id)
        return found[0]

    def add(self, url: str, now: datetime, every_seconds: float | None = None) -> Source:
        moment = without_zone(now)
        row = {
            "id": source_id(url),
            "url": url,
            "added": moment,
            "next_visit": moment,
            "every_seconds": every_seconds,
            "outcome": "",
            "failures": 0,
            "problems": "[]",
        }
        with self._database.noting() as connection:
            added = merging(connection, source_table).values(row)
            every = func.coalesce(added.excluded.every_seconds, source_table.c.every_seconds)
            again = {"next_visit": moment, "every_seconds": every}
            connection.execute(added.on_conflict_do_update(index_elements=["id"], set_=again))
        return self.get(source_id(url))

    def remove(self, source_id: str) -> None:
        with self._database.noting() as connection:
            removed = connection.execute(delete(source_table).where(source_table.c.id == source_id))
        if not removed.rowcount:
            raise _unknown(source_id)

    def pages(self, source_id: str) -> dict[str, Page]:
        is_removed = and_(source_page_table.c.article_id.is_not(None), article_table.c.id.is_(None))
        chosen = (
            select(source_page_table, is_removed.label("is_removed"))
            .outerjoin(article_table, article_table.c.id == source_page_table.c.article_id)
            .where(source_page_table.c.source == source_id)
        )
        with self._database.reading() as connection:
            return {row.url: _as_page(row) for row in connection.execute(chosen)}

    def note_page(self, source_id: str, page: Page) -> None:
        values = {**asdict(page), "source": source_id, "fetched": without_zone(page.fetched)}
        del values["is_removed"]
        with self._database.noting() as connection:
            if connection.execute(select(source_table.c.id).where(source_table.c.id == source_id)).first():
                place = (source_page_table.c.source == source_id, source_page_table.c.url == page.url)
                connection.execute(delete(source_page_table).where(*place))
                connection.execute(insert(source_page_table), values)

    def forget_pages(self, source_id: str, urls: Collection[str]) -> None:
        place = (source_page_table.c.source == source_id, among(source_page_table.c.url, urls))
        with self._database.noting() as connection:
            connection.execute(delete(source_page_table).where(*place))

    def begin(self, source_id: str, now: datetime) -> None:
        self._change(source_id, {"begun": without_zone(now)})

    def finish(self, source_id: str, visit: Visit) -> None:
        values: dict[str, Any] = {
            "finished": without_zone(visit.finished),
            "next_visit": without_zone(visit.next_visit),
            "outcome": visit.outcome,
            "failures": visit.failures,
            "problems": json.dumps([[one.url, one.reason] for one in visit.problems]),
        }
        if not visit.failures:
            values["succeeded"] = without_zone(visit.finished)
        values |= {name: value for name, value in (("kind", visit.kind), ("title", visit.title)) if value is not None}
        self._change(source_id, values)

    def _change(self, source_id: str, values: dict[str, Any]) -> None:
        with self._database.noting() as connection:
            connection.execute(update(source_table).where(source_table.c.id == source_id).values(**values))

    def _read(self, chosen: Select[Any]) -> list[Source]:
        with self._database.reading() as connection:
            return [_as_source(row) for row in connection.execute(chosen)]


def _chosen(*wanted: ColumnElement[bool]) -> Select[Any]:
    return select(source_table, _ARTICLES).where(*wanted).order_by(source_table.c.added, source_table.c.id)


def _unknown(source_id: str) -> UnknownSource:
    return UnknownSource(f"There is no source {source_id}; `assistant sources list` shows what there is.")


def _as_source(row: Row[Any]) -> Source:
    return Source(
        id=row.id,
        url=row.url,
        added=row.added.replace(tzinfo=UTC),
        next_visit=row.next_visit.replace(tzinfo=UTC),
        every_seconds=row.every_seconds,
        begun=row.begun and row.begun.replace(tzinfo=UTC),
        last=_as_visit(row) if row.finished else None,
        articles=row.articles,
        succeeded=row.succeeded and row.succeeded.replace(tzinfo=UTC),
    )


def _as_visit(row: Row[Any]) -> Visit:
    return Visit(
        finished=row.finished.replace(tzinfo=UTC),
        next_visit=row.next_visit.replace(tzinfo=UTC),
        outcome=row.outcome,
        failures=row.failures,
        problems=tuple(Problem(*one) for one in json.loads(row.problems)),
        kind=row.kind,
        title=row.title,
    )


def _as_page(row: Row[Any]) -> Page:
    return Page(
        url=row.url,
        fetched=row.fetched.replace(tzinfo=UTC),
        found_at=row.found_at,
        etag=row.etag,
        last_modified=row.last_modified,
        body_hash=row.body_hash,
        changed=row.changed,
        article_id=row.article_id,
        is_removed=row.is_removed,
    )

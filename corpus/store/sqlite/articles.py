"""Articles and their versions."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, delete, func, insert, or_, select, update

from corpus.article import Action, Article, ArticleFilter, ArticleSummary, Coverage, Outcome, Overview, Version
from corpus.errors import UnknownArticle
from corpus.store.identity import Held, judge, sameness
from corpus.store.protocols import ARTICLES_PER_TRANSACTION
from corpus.store.sqlite.database import Database
from corpus.store.sqlite.engine import among, ask_for_scrub, insert_numbered, replacing
from corpus.store.sqlite.schema import article_table, change_table, passage_table, vector_table, version_table

SUMMARY = (
    article_table.c.id,
    article_table.c.external_id,
    version_table.c.title,
    version_table.c.content_hash,
    version_table.c.characters,
    version_table.c.url,
    version_table.c.publisher,
    version_table.c.author,
    version_table.c.language,
    version_table.c.published,
    version_table.c.date_source,
)
_ARTICLE = (
    *(column for column in SUMMARY if column.name != "characters"),
    article_table.c.origin,
    version_table.c.text,
)

_ALL_VERSIONS = article_table.join(version_table, version_table.c.article_id == article_table.c.id)
CURRENT = article_table.join(
    version_table,
    and_(
        version_table.c.article_id == article_table.c.id,
        version_table.c.content_hash == article_table.c.content_hash,
    ),
)

_HELD = select(*SUMMARY, article_table.c.origin, article_table.c.split_by).select_from(CURRENT)


class SqliteArticles:
    """`corpus.store.protocols.ArticleStore`; `bounds` are those of `Store.within`."""

    def __init__(self, database: Database, bounds: ArticleFilter | None = None) -> None:
        self._database = database
        self._bounds = bounds or ArticleFilter()

    def within(self, bounds: ArticleFilter) -> SqliteArticles:
        return SqliteArticles(self._database, bounds.within(self._bounds))

    def count(self, wanted: ArticleFilter | None = None) -> int:
        chosen = select(func.count()).select_from(CURRENT).where(*self._visible(wanted))
        with self._database.reading() as connection:
            return connection.execute(chosen).scalar_one()

    def get(self, article_id: str, content_hash: str | None = None) -> Article:
        chosen = select(*_ARTICLE).where(article_table.c.id == article_id, *self._visible())
        if content_hash is None:
            chosen = chosen.select_from(CURRENT)
        else:
            chosen = chosen.select_from(_ALL_VERSIONS).where(version_table.c.content_hash == content_hash)
        with self._database.reading() as connection:
            row = connection.execute(chosen).one_or_none()
        if row is None:
            which = f"version {content_hash} of article" if content_hash else "article"
            raise UnknownArticle(f"There is no {which} {article_id}; `assistant articles list` shows what there is.")
        return Article(**row._mapping)

    def get_many(self, ids: Collection[str]) -> dict[str, Article]:
        chosen = select(*_ARTICLE).select_from(CURRENT).where(among(article_table.c.id, ids), *self._visible())
        with self._database.reading() as connection:
            return {row.id: Article(**row._mapping) for row in connection.execute(chosen)}

    def versions(self, article_id: str) -> list[Version]:
        chosen = (
            select(
                version_table.c.content_hash,
                version_table.c.seq,
                version_table.c.title,
                version_table.c.published,
                version_table.c.characters,
                version_table.c.stored,
            )
            .select_from(_ALL_VERSIONS)
            .where(article_table.c.id == article_id, *self._visible())
            .order_by(version_table.c.seq.desc())
        )
        with self._database.reading() as connection:
            return [_as_version(*row) for row in connection.execute(chosen)]

    def coverage(self, wanted: ArticleFilter | None = None) -> Coverage:
        seen = self.overview(None, wanted)
        publishers = tuple(publisher for publisher, _ in seen.publishers if publisher)
        title, published = version_table.c.title, version_table.c.published
        newest = select(title).select_from(CURRENT).where(*self._visible(wanted), title != "")
        newest = newest.order_by(published.desc().nulls_last(), version_table.c.article_id).limit(1)
        with self._database.reading() as connection:
            return Coverage(seen.articles, publishers, seen.earliest, seen.latest, connection.execute(newest).scalar())

    def overview(self, most_publishers: int | None, wanted: ArticleFilter | None = None) -> Overview:
        which = tuple(self._visible(wanted))
        published = version_table.c.published
        totals = select(func.count(), func.min(published), func.max(published)).select_from(CURRENT).where(*which)
        counted = func.count()
        largest = (
            select(version_table.c.publisher, counted)
            .select_from(CURRENT)
            .where(*which)
            .group_by(version_table.c.publisher)
            .order_by(counted.desc(), version_table.c.publisher)
            .limit(most_publishers)
        )
        with self._database.reading() as connection:
            articles, earliest, latest = connection.execute(totals).one()
            publishers = tuple((publisher, count) for publisher, count in connection.execute(largest))
        return Overview(articles, publishers, earliest, latest)

    def newest(
        self, limit: int, skip: int = 0, contains: str | None = None, wanted: ArticleFilter | None = None
    ) -> list[ArticleSummary]:
        published = version_table.c.published
        chosen = select(*SUMMARY).select_from(CURRENT).where(*self._visible(wanted))
        if contains:
            columns = (version_table.c.title, version_table.c.publisher)
            chosen = chosen.where(or_(*(column.icontains(contains, autoescape=True) for column in columns)))
        chosen = chosen.order_by(published.desc().nulls_last(), version_table.c.article_id).limit(limit).offset(skip)
        with self._database.reading() as connection:
            return [ArticleSummary(**row._mapping) for row in connection.execute(chosen)]

    def origins_under(self, root: Path) -> dict[str, str]:
        beginnings = (f"{root}{os.sep}", f"{root}#")
        with self._database.reading() as connection:
            return {
                origin: article_id
                for origin, article_id in connection.execute(select(article_table.c.origin, article_table.c.id))
                if origin == str(root) or origin.startswith(beginnings)
            }

    def held(self, ids: Collection[str]) -> dict[str, Held]:
        with self._database.reading() as connection:
            return {row.id: _as_held(row) for row in connection.execute(_HELD.where(among(article_table.c.id, ids)))}

    def put(self, offered: Sequence[Article]) -> list[Outcome]:
        outcomes: list[Outcome] = []
        for start in range(0, len(offered), ARTICLES_PER_TRANSACTION):
            batch = offered[start : start + ARTICLES_PER_TRANSACTION]
            known = samenesses(self._database, batch)
            with self._database.writing() as connection:
                outcomes += [put_article(connection, article, known) for article in batch]
        return outcomes

    def delete(self, article_ids: Collection[str]) -> int:
        with self._database.writing() as connection:
            known = list(
                connection.execute(select(article_table.c.id).where(among(article_table.c.id, article_ids))).scalars()
            )
            if not known:
                return 0
            connection.execute(delete(article_table).where(among(article_table.c.id, known)))
            connection.execute(
                delete(vector_table).where(vector_table.c.key.not_in(select(passage_table.c.vector_key)))
            )
            note_changes(connection, known, deleted=True)
            ask_for_scrub(connection)
        self._database.scrub()
        return len(known)

    def _visible(self, wanted: ArticleFilter | None = None) -> Iterator[ColumnElement[bool]]:
        return matching((wanted or ArticleFilter()).within(self._bounds))

    # Last, because it hides the type of that name in what follows it.
    def list(
        self,
        after: str | None = None,
        limit: int = 50,
        publisher: str | None = None,
        contains: str | None = None,
        wanted: ArticleFilter | None = None,
    ) -> Sequence[ArticleSummary]:
        chosen = select(*SUMMARY).select_from(CURRENT).where(*self._visible(wanted))
        chosen = chosen.order_by(article_table.c.id).limit(limit)
        if after is not None:
            chosen = chosen.where(article_table.c.id > after)
        if publisher is not None:
            chosen = chosen.where(version_table.c.publisher == publisher)
        if contains is not None:
            chosen = chosen.where(version_table.c.title.icontains(contains, autoescape=True))
        with self._database.reading() as connection:
            return [ArticleSummary(**row._mapping) for row in connection.execute(chosen)]


def note_changes(connection: Connection, article_ids: Collection[str], deleted: bool = False) -> None:
    """Give each of these articles a change of its own, for all that follow `seq`."""
    if article_ids:
        rows = [{"article_id": article_id, "deleted": deleted} for article_id in article_ids]
        connection.execute(insert(change_table), rows)


def samenesses(database: Database, articles: Collection[Article]) -> dict[str, str]:
    """`sameness` of new texts by content hash: 50 ms for a megabyte, during which no transaction must be open."""
    chosen = select(article_table.c.content_hash).where(among(article_table.c.id, [one.id for one in articles]))
    with database.reading() as connection:
        held = set(connection.execute(chosen).scalars())
    return {one.content_hash: sameness(one.text) for one in articles if one.content_hash not in held}


def put_article(connection: Connection, article: Article, known: dict[str, str]) -> Outcome:
    """Take one article in, as a part of the caller's transaction; `known` has `sameness` by content hash."""
    held = _held(connection, article.id)
    outcome = judge(article, held, None if held else _twin(connection, _sameness(article, known)))
    if outcome.action is Action.UNCHANGED:
        _note_origin(connection, article)
    elif outcome.action is not Action.CONFLICT:
        _store(connection, article, _sameness(article, known), is_new=held is None)
    return outcome


def _held(connection: Connection, article_id: str) -> Held | None:
    row = connection.execute(_HELD.where(article_table.c.id == article_id)).one_or_none()
    return None if row is None else _as_held(row)


def _as_held(row: Row[*tuple[Any, ...]]) -> Held:
    summary = dict(row._mapping)
    return Held(summary.pop("origin"), split_by=summary.pop("split_by"), summary=ArticleSummary(**summary))


def _sameness(article: Article, known: dict[str, str]) -> str:
    if article.content_hash not in known:
        known[article.content_hash] = sameness(article.text)
    return known[article.content_hash]


def _twin(connection: Connection, same: str) -> str | None:
    """The external id of the article whose text has this `sameness`, if any; of several, the first by id."""
    chosen = (
        select(article_table.c.external_id)
        .where(article_table.c.sameness == same)
        .order_by(article_table.c.id)
        .limit(1)
    )
    return connection.execute(chosen).scalar_one_or_none()


def _note_origin(connection: Connection, article: Article) -> None:
    """The same article may be found in another place than last time."""
    moved = update(article_table).where(article_table.c.id == article.id, article_table.c.origin != article.origin)
    connection.execute(moved.values(origin=article.origin))


def _store(connection: Connection, article: Article, same: str, is_new: bool) -> None:
    seq = insert_numbered(connection, change_table, {"article_id": article.id, "deleted": False})
    current = {
        "origin": article.origin,
        "content_hash": article.content_hash,
        "sameness": same,
        "split_by": None,
    }
    if is_new:
        connection.execute(insert(article_table), {"id": article.id, "external_id": article.external_id, **current})
    else:
        connection.execute(update(article_table).where(article_table.c.id == article.id), current)
    connection.execute(replacing(version_table), _version_row(article, seq))


def _version_row(article: Article, seq: int) -> dict[str, object]:
    return {
        "article_id": article.id,
        "content_hash": article.content_hash,
        "seq": seq,
        "stored": datetime.now(UTC).replace(tzinfo=None),
        "title": article.title,
        "url": article.url,
        "publisher": article.publisher,
        "author": article.author,
        "language": article.language,
        "published": article.published,
        "date_source": article.date_source,
        "characters": len(article.text),
        "text": article.text,
    }


def matching(wanted: ArticleFilter) -> Iterator[ColumnElement[bool]]:
    """`ArticleFilter.matches`, in SQL over articles and versions. No date passes a comparison with NULL, as it must."""
    for column, values in (
        (version_table.c.publisher, wanted.publisher),
        (version_table.c.language, wanted.language),
        (article_table.c.id, wanted.article_id),
    ):
        if values:
            yield among(column, values)
    if wanted.published_from is not None:
        yield version_table.c.published >= wanted.published_from
    if wanted.published_to is not None:
        yield version_table.c.published <= wanted.published_to


def _as_version(
    content_hash: str, seq: int, title: str, published: date | None, characters: int, stored: datetime
) -> Version:
    return Version(content_hash, seq, title, published, characters, stored.replace(tzinfo=UTC))

"""Articles and their versions."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Column, ColumnElement, Row, Select, delete, func, or_, select

from corpus.article import Article, ArticleFilter, ArticleSummary, Coverage, Outcome, Overview, SplitArticle, Version
from corpus.block import blocks_from_json
from corpus.errors import UnknownArticle
from corpus.job import PostedSource
from corpus.store.identity import StoredArticle
from corpus.store.sql.database import Database
from corpus.store.sql.dialects import among, unindexed
from corpus.store.sql.intake import (
    SUMMARY_COLUMNS,
    normalized_text_hashes,
    note_changes,
    put_split_article,
    stored_articles,
)
from corpus.store.sql.schema import (
    article_table,
    current_versions,
    passage_table,
    posted_source_table,
    vector_table,
    version_table,
)

_ARTICLE = (
    *(column for column in SUMMARY_COLUMNS if column.name != "characters"),
    article_table.c.origin,
    version_table.c.read_by,
    version_table.c.text,
    version_table.c.blocks,
)

_MOST_NAMED = 100
"""So many publishers or languages are each named to the database, which then knows better how many rows they have."""

_ALL_VERSIONS = article_table.join(version_table, version_table.c.article_id == article_table.c.id)


class SqlArticles:
    """`corpus.store.protocols.ArticleStore`; `bounds` are those of `Store.within`."""

    def __init__(self, database: Database, bounds: ArticleFilter | None = None) -> None:
        self._database = database
        self._bounds = bounds or ArticleFilter()

    def within(self, bounds: ArticleFilter) -> SqlArticles:
        return SqlArticles(self._database, bounds.within(self._bounds))

    def count(self, wanted: ArticleFilter | None = None) -> int:
        chosen = select(func.count()).select_from(current_versions).where(*self._visible(wanted))
        with self._database.reading() as connection:
            return connection.execute(chosen).scalar_one()

    def get(self, article_id: str, content_hash: str | None = None) -> Article:
        chosen = select(*_ARTICLE).where(article_table.c.id == article_id, *self._visible())
        if content_hash is None:
            chosen = chosen.select_from(current_versions)
        else:
            chosen = chosen.select_from(_ALL_VERSIONS).where(version_table.c.content_hash == content_hash)
        with self._database.reading() as connection:
            row = connection.execute(chosen).one_or_none()
        if row is None:
            which = f"version {content_hash} of article" if content_hash else "article"
            raise UnknownArticle(f"There is no {which} {article_id}; `assistant articles list` shows what there is.")
        return _as_article(row)

    def get_many(self, ids: Collection[str]) -> dict[str, Article]:
        chosen = select(*_ARTICLE).select_from(current_versions).where(among(article_table.c.id, ids), *self._visible())
        with self._database.reading() as connection:
            return {row.id: _as_article(row) for row in connection.execute(chosen)}

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
        newest = select(title).select_from(current_versions).where(*self._visible(wanted), title != "")
        newest = newest.order_by(published.desc().nulls_last(), version_table.c.article_id).limit(1)
        with self._database.reading() as connection:
            return Coverage(seen.articles, publishers, seen.earliest, seen.latest, connection.execute(newest).scalar())

    def overview(self, most_publishers: int | None, wanted: ArticleFilter | None = None) -> Overview:
        which = tuple(self._visible(wanted))
        published = version_table.c.published
        totals = (
            select(func.count(), func.min(published), func.max(published)).select_from(current_versions).where(*which)
        )
        of_publishers = _largest_first(version_table.c.publisher, which).limit(most_publishers)
        of_languages = _largest_first(version_table.c.language, which)
        with self._database.reading() as connection:
            articles, earliest, latest = connection.execute(totals).one()
            publishers = tuple((publisher, count) for publisher, count in connection.execute(of_publishers))
            languages = tuple((language, count) for language, count in connection.execute(of_languages))
        return Overview(articles, publishers, languages, earliest, latest)

    def newest(
        self, limit: int, skip: int = 0, contains: str | None = None, wanted: ArticleFilter | None = None
    ) -> list[ArticleSummary]:
        published = version_table.c.published
        chosen = select(*SUMMARY_COLUMNS).select_from(current_versions).where(*self._visible(wanted))
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

    def stored(self, ids: Collection[str]) -> dict[str, StoredArticle]:
        with self._database.reading() as connection:
            return stored_articles(connection, ids)

    def read_otherwise(self, reader: str) -> dict[str, str]:
        chosen = select(article_table.c.id, article_table.c.origin).select_from(current_versions)
        other = or_(version_table.c.read_by.is_(None), version_table.c.read_by != reader)
        with self._database.reading() as connection:
            return {row.id: row.origin for row in connection.execute(chosen.where(other))}

    def posted_source(self, article_id: str) -> PostedSource | None:
        table = posted_source_table
        chosen = select(table.c.name, table.c.format, table.c.body).where(table.c.article_id == article_id)
        with self._database.reading() as connection:
            row = connection.execute(chosen).one_or_none()
        return PostedSource(*row) if row else None

    def put(self, splitter: str, offered: Sequence[SplitArticle]) -> list[Outcome]:
        hashes = normalized_text_hashes(self._database, [one.article for one in offered])
        with self._database.writing() as connection:
            return [put_split_article(connection, one, splitter, hashes) for one in offered]

    def delete(self, article_ids: Collection[str]) -> int:
        with self._database.purging(), self._database.writing() as connection:
            known = list(
                connection.execute(select(article_table.c.id).where(among(article_table.c.id, article_ids))).scalars()
            )
            if not known:
                return 0
            connection.execute(delete(article_table).where(among(article_table.c.id, known)))
            is_needed = select(passage_table.c.id).where(passage_table.c.vector_key == vector_table.c.key).exists()
            connection.execute(delete(vector_table).where(~is_needed))
            note_changes(connection, known, deleted=True)
            self._database.ask_for_scrub(connection)
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
        # The index would find all of a large publisher's, of which a page is wanted.
        one_by_one = unindexed(version_table.c.publisher)
        visible = matching((wanted or ArticleFilter()).within(self._bounds), one_by_one)
        chosen = select(*SUMMARY_COLUMNS).select_from(current_versions).where(*visible)
        chosen = chosen.order_by(article_table.c.id).limit(limit)
        if after is not None:
            chosen = chosen.where(article_table.c.id > after)
        if publisher is not None:
            chosen = chosen.where(one_by_one == publisher)
        if contains is not None:
            chosen = chosen.where(version_table.c.title.icontains(contains, autoescape=True))
        with self._database.reading() as connection:
            return [ArticleSummary(**row._mapping) for row in connection.execute(chosen)]


def _largest_first(column: Column[Any], which: Iterable[ColumnElement[bool]]) -> Select[Any, int]:
    """Select the values of a column in current versions, with how many have each."""
    counted = func.count()
    values = select(column, counted).select_from(current_versions).where(*which)
    return values.group_by(column).order_by(counted.desc(), column.nulls_first())


def matching(
    wanted: ArticleFilter, publisher: ColumnElement[Any] = version_table.c.publisher
) -> Iterator[ColumnElement[bool]]:
    """`ArticleFilter.matches`, in SQL over articles and versions. No date passes a comparison with NULL, as it must."""
    for column, values in ((publisher, wanted.publisher), (version_table.c.language, wanted.language)):
        if values:
            yield column.in_(values) if len(values) <= _MOST_NAMED else among(column, values)
    if wanted.article_id:
        yield among(article_table.c.id, wanted.article_id)
    if wanted.published_from is not None:
        yield version_table.c.published >= wanted.published_from
    if wanted.published_to is not None:
        yield version_table.c.published <= wanted.published_to


def _as_article(row: Row[*tuple[Any, ...]]) -> Article:
    fields = dict(row._mapping)
    return Article(blocks=blocks_from_json(fields.pop("blocks")), **fields)


def _as_version(
    content_hash: str, seq: int, title: str, published: date | None, characters: int, stored: datetime
) -> Version:
    return Version(content_hash, seq, title, published, characters, stored.replace(tzinfo=UTC))

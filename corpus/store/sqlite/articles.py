"""Articles, their versions, and the changes that readers and indexes follow."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Sequence
from copy import copy
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Self

from sqlalchemy import ColumnElement, Connection, Row, and_, delete, func, insert, select, update

from corpus.article import Action, Article, ArticleFilter, ArticleSummary, Change, Outcome, Version
from corpus.errors import UnknownArticle
from corpus.store.identity import Held, judge, sameness
from corpus.store.sqlite.database import Database
from corpus.store.sqlite.engine import among, ask_for_scrub, insert_numbered, replacing
from corpus.store.sqlite.schema import article_table, change_table, passage_table, vector_table, version_table

ARTICLES_PER_TRANSACTION = 256
"""More would keep other writing threads waiting, and lose more work to a kill."""

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


class Articles(Database):
    """The part of the catalog that holds articles."""

    _bounds = ArticleFilter()

    def within(self, bounds: ArticleFilter) -> Self:
        """The same catalog, open and closed with this one, in which only articles within `bounds` can be read.

        That holds for everything that counts, lists or gives articles; changes and origins are the writer's.
        """
        bounded = copy(self)
        bounded._bounds = bounds.within(self._bounds)
        return bounded

    def seq(self) -> int:
        """The number of the newest change (an article put, cut or deleted); 0 before the first. It only ever grows."""
        with self._reading() as connection:
            return connection.execute(select(func.max(change_table.c.seq))).scalar_one() or 0

    def count_articles(self, wanted: ArticleFilter | None = None) -> int:
        chosen = select(func.count()).select_from(CURRENT).where(*self._visible(wanted))
        with self._reading() as connection:
            return connection.execute(chosen).scalar_one()

    def article(self, article_id: str, content_hash: str | None = None) -> Article:
        """The current version, or the one with this hash. Raises UnknownArticle when there is none."""
        chosen = select(*_ARTICLE).where(article_table.c.id == article_id, *self._visible())
        if content_hash is None:
            chosen = chosen.select_from(CURRENT)
        else:
            chosen = chosen.select_from(_ALL_VERSIONS).where(version_table.c.content_hash == content_hash)
        with self._reading() as connection:
            row = connection.execute(chosen).one_or_none()
        if row is None:
            which = f"version {content_hash} of article" if content_hash else "article"
            raise UnknownArticle(f"There is no {which} {article_id}; `assistant articles list` shows what there is.")
        return Article(**row._mapping)

    def articles(self, ids: Collection[str]) -> dict[str, Article]:
        """Current versions by id; ids without an article are left out."""
        chosen = select(*_ARTICLE).select_from(CURRENT).where(among(article_table.c.id, ids), *self._visible())
        with self._reading() as connection:
            return {row.id: Article(**row._mapping) for row in connection.execute(chosen)}

    def article_ids(self, wanted: ArticleFilter, limit: int | None = None) -> list[str]:
        """The articles that match, ordered by id; the first `limit`."""
        chosen = select(article_table.c.id).select_from(CURRENT).where(*self._visible(wanted))
        chosen = chosen.order_by(article_table.c.id).limit(limit)
        with self._reading() as connection:
            return list(connection.execute(chosen).scalars())

    def list_articles(
        self,
        after: str | None = None,
        limit: int = 50,
        publisher: str | None = None,
        contains: str | None = None,
    ) -> list[ArticleSummary]:
        """At most `limit` articles ordered by id, starting behind the id `after`.

        `contains` is looked for in titles; capital ASCII letters equal small ones.
        """
        chosen = select(*SUMMARY).select_from(CURRENT).where(*self._visible())
        chosen = chosen.order_by(article_table.c.id).limit(limit)
        if after is not None:
            chosen = chosen.where(article_table.c.id > after)
        if publisher is not None:
            chosen = chosen.where(version_table.c.publisher == publisher)
        if contains is not None:
            chosen = chosen.where(version_table.c.title.icontains(contains, autoescape=True))
        with self._reading() as connection:
            return [ArticleSummary(**row._mapping) for row in connection.execute(chosen)]

    def versions(self, article_id: str) -> list[Version]:
        """All texts that the article has had, newest first; none for an unknown article."""
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
        with self._reading() as connection:
            return [_as_version(*row) for row in connection.execute(chosen)]

    def changes_since(self, seq: int) -> list[Change]:
        """What changed after `seq`: one change per article, its newest, in the order of the changes."""
        newest = (
            select(func.max(change_table.c.seq)).where(change_table.c.seq > seq).group_by(change_table.c.article_id)
        )
        chosen = select(change_table).where(change_table.c.seq.in_(newest)).order_by(change_table.c.seq)
        with self._reading() as connection:
            return [Change(**row._mapping) for row in connection.execute(chosen)]

    def deleted_since(self, seq: int) -> bool:
        """Whether articles were purged after `seq`: what was built up to there may still hold their words."""
        purged = select(change_table.c.seq).where(change_table.c.seq > seq, change_table.c.deleted).limit(1)
        with self._reading() as connection:
            return connection.execute(purged).first() is not None

    def origins_under(self, root: Path) -> dict[str, str]:
        """Origin and id of all articles that were read from `root`, a file, or from somewhere below it."""
        beginnings = (f"{root}{os.sep}", f"{root}#")
        with self._reading() as connection:
            return {
                origin: article_id
                for origin, article_id in connection.execute(select(article_table.c.origin, article_table.c.id))
                if origin == str(root) or origin.startswith(beginnings)
            }

    def held(self, ids: Collection[str]) -> dict[str, Held]:
        """What each of these ids stands for; ids without an article are left out."""
        with self._reading() as connection:
            return {row.id: _as_held(row) for row in connection.execute(_HELD.where(among(article_table.c.id, ids)))}

    def put(self, offered: Sequence[Article]) -> list[Outcome]:
        """Take articles in, as `corpus.store.identity.judge` says; one outcome each, in their order.

        At most 256 go into one transaction. What changes an article gets a `seq` of its own.
        """
        outcomes: list[Outcome] = []
        for start in range(0, len(offered), ARTICLES_PER_TRANSACTION):
            batch = offered[start : start + ARTICLES_PER_TRANSACTION]
            known = self._samenesses(batch)
            with self._writing() as connection:
                outcomes += [put_article(connection, article, known) for article in batch]
        return outcomes

    def delete(self, article_ids: Collection[str]) -> int:
        """Purge articles: every version, their passages, and all vectors that no passage needs.

        Returns how many there were. A change that says so stays. Their text is gone from the catalog's files
        when this returns, which rewrites the file: delete many at once rather than one by one.
        """
        with self._writing() as connection:
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
        self._scrub()
        return len(known)

    def _samenesses(self, articles: Collection[Article]) -> dict[str, str]:
        """`sameness` of new texts by content hash: 50 ms for a megabyte, during which no transaction must be open."""
        chosen = select(article_table.c.content_hash).where(among(article_table.c.id, [one.id for one in articles]))
        with self._reading() as connection:
            held = set(connection.execute(chosen).scalars())
        return {one.content_hash: sameness(one.text) for one in articles if one.content_hash not in held}

    def _visible(self, wanted: ArticleFilter | None = None) -> Iterator[ColumnElement[bool]]:
        return matching((wanted or ArticleFilter()).within(self._bounds))


def note_changes(connection: Connection, article_ids: Collection[str], deleted: bool = False) -> None:
    """Give each of these articles a change of its own, for all that follow `seq`."""
    if article_ids:
        rows = [{"article_id": article_id, "deleted": deleted} for article_id in article_ids]
        connection.execute(insert(change_table), rows)


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


def _as_held(row: Row[tuple[Any, ...]]) -> Held:
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

"""Passages of the current versions. What an update or a deletion made stale is never handed out."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Exists, Select, and_, func, or_, select

from corpus.article import ArticleFilter, Passage
from corpus.store.sql.articles import matching
from corpus.store.sql.database import Database
from corpus.store.sql.dialects import among
from corpus.store.sql.intake import note_changes, replace_passages
from corpus.store.sql.schema import (
    article_table,
    change_table,
    current_versions,
    encoder_table,
    passage_table,
    vector_table,
    version_table,
)

# An updated article keeps its old passages until it is split again, because their vectors may serve the new
# ones; this join hides them.
_OF_ARTICLE = and_(
    article_table.c.id == passage_table.c.article_id,
    article_table.c.content_hash == passage_table.c.content_hash,
)
_CURRENT_PASSAGES = passage_table.join(article_table, _OF_ARTICLE)

_VERSION_OF_PASSAGE = and_(
    version_table.c.article_id == passage_table.c.article_id,
    version_table.c.content_hash == passage_table.c.content_hash,
)


class SqlPassages:
    """`corpus.store.protocols.PassageStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def count(self, since: int | None = None) -> int:
        chosen = select(func.count()).select_from(_CURRENT_PASSAGES)
        if since is not None:
            chosen = chosen.where(_changed_after(since))
        with self._database.reading() as connection:
            return connection.execute(chosen).scalar_one()

    def get_many(self, ids: Collection[str], wanted: ArticleFilter | None = None) -> dict[str, Passage]:
        chosen = _select_passages().where(among(passage_table.c.id, ids))
        if wanted:
            chosen = chosen.join(version_table, _VERSION_OF_PASSAGE).where(*matching(wanted))
        with self._database.reading() as connection:
            return {passage.id: passage for passage in _read_passages(connection, chosen)}

    def matching(self, wanted: ArticleFilter, most: int) -> list[Passage] | None:
        articles = select(article_table.c.id).select_from(current_versions).where(*matching(wanted)).limit(most + 1)
        with self._database.reading() as connection:
            ids = list(connection.execute(articles).scalars())
            if len(ids) > most:
                return None
            # In an order, SQLite would look at passage after passage, instead of at those of the articles.
            chosen = _select_passages().where(among(passage_table.c.article_id, ids)).order_by(None)
            # Thousands are counted in a fraction of the time that reading them takes, for nothing if they are too many.
            some = chosen.with_only_columns(passage_table.c.position).limit(most + 1).subquery()
            if connection.execute(select(func.count()).select_from(some)).scalar_one() > most:
                return None
            return _read_passages(connection, chosen)

    def of_articles(self, article_ids: Collection[str]) -> list[Passage]:
        with self._database.reading() as connection:
            return _read_passages(connection, _select_passages().where(among(passage_table.c.article_id, article_ids)))

    def all(self, until: int | None = None) -> list[Passage]:
        chosen = _select_passages() if until is None else _select_passages().where(~_changed_after(until))
        with self._database.reading() as connection:
            return _read_passages(connection, chosen)

    def without_vector(self, fingerprint: str) -> list[Passage]:
        with self._database.reading() as connection:
            return _read_passages(connection, _select_passages().where(~_vector_of_passage(fingerprint)))

    def embedded_since(self, fingerprint: str, seq: int) -> list[Passage]:
        chosen = _select_passages().where(_changed_after(seq), _vector_of_passage(fingerprint))
        # By the bare column, SQLite would look at passage after passage, instead of at those that changed.
        in_order = chosen.order_by(None).order_by(passage_table.c.position + 0)
        with self._database.reading() as connection:
            return _read_passages(connection, in_order)

    def articles_to_split(self, splitter: str, since: int = 0, most: int | None = None) -> list[str]:
        to_split = or_(article_table.c.split_by.is_(None), article_table.c.split_by != splitter)
        return self._ids_of_articles(to_split, since, most)

    def articles_to_embed(
        self, fingerprint: str, ids: Collection[str] | None = None, since: int = 0, most: int | None = None
    ) -> list[str]:
        lacks_one = select(passage_table.c.id).where(_OF_ARTICLE, ~_vector_of_passage(fingerprint)).exists()
        return self._ids_of_articles(
            lacks_one if ids is None else and_(among(article_table.c.id, ids), lacks_one), since, most
        )

    def _ids_of_articles(self, which: ColumnElement[bool], since: int, most: int | None) -> list[str]:
        chosen = select(article_table.c.id).where(which).order_by(article_table.c.id).limit(most)
        if since:
            chosen = chosen.where(article_table.c.id.in_(_articles_after(since)))
        with self._database.reading() as connection:
            return list(connection.execute(chosen).scalars())

    def count_unfindable_articles(self) -> int:
        with self._database.reading() as connection:
            counted = select(func.count()).select_from(article_table).where(~_is_found())
            return int(connection.execute(counted).scalar_one())

    def oldest_unfindable_article(self) -> datetime | None:
        oldest = select(func.min(version_table.c.stored)).select_from(current_versions).where(~_is_found())
        with self._database.reading() as connection:
            stored: datetime | None = connection.execute(oldest).scalar_one()
        return stored and stored.replace(tzinfo=UTC)

    def put(self, splitter: str, passages: Mapping[str, Sequence[Passage]]) -> None:
        with self._database.writing() as connection:
            note_changes(connection, replace_passages(connection, splitter, passages))


def _vector_of_passage(fingerprint: str) -> Exists:
    # Looked up once; a join would look it up for each passage.
    encoder = select(encoder_table.c.id).where(encoder_table.c.fingerprint == fingerprint).scalar_subquery()
    return (
        select(vector_table.c.key)
        .where(vector_table.c.encoder_id == encoder, vector_table.c.key == passage_table.c.vector_key)
        .exists()
    )


def _is_found() -> ColumnElement[bool]:
    """Not those articles that a killed writer of an older version left without passages, or without a vector of one."""
    vector = select(vector_table.c.key).where(
        vector_table.c.encoder_id.in_(select(encoder_table.c.id)), vector_table.c.key == passage_table.c.vector_key
    )
    lacks_one = select(passage_table.c.id).where(_OF_ARTICLE, ~vector.exists())
    return select(passage_table.c.id).where(_OF_ARTICLE).exists() & ~lacks_one.exists()


def _changed_after(seq: int) -> ColumnElement[bool]:
    """Whether the article of a passage was put, or cut into passages, after `seq`."""
    return passage_table.c.article_id.in_(_articles_after(seq))


def _articles_after(seq: int) -> Select[tuple[str]]:
    return select(change_table.c.article_id).where(change_table.c.seq > seq)


def _select_passages() -> Select[tuple[str, str, str, int, int, str]]:
    """The fields of `Passage` in their order, of current versions, in the order they were put."""
    return (
        select(
            passage_table.c.id,
            passage_table.c.article_id,
            passage_table.c.content_hash,
            passage_table.c.start,
            passage_table.c.end,
            passage_table.c.vector_key,
        )
        .select_from(_CURRENT_PASSAGES)
        .order_by(passage_table.c.position)
    )


def _read_passages(connection: Connection, chosen: Select[*tuple[Any, ...]]) -> list[Passage]:
    return [Passage(*row) for row in connection.execute(chosen)]

"""Passages of the current versions. What an update or a deletion made stale is never handed out."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Exists, Select, and_, delete, func, insert, or_, select, update

from corpus.article import Action, ArticleFilter, Outcome, Passage, SplitArticle
from corpus.store.sqlite.articles import CURRENT, matching, note_changes, put_article, samenesses
from corpus.store.sqlite.database import Database
from corpus.store.sqlite.engine import among
from corpus.store.sqlite.schema import (
    article_table,
    change_table,
    encoder_table,
    passage_table,
    vector_table,
    version_table,
)

# An updated article keeps its old passages until it is split again, because their vectors may serve the new
# ones; this join hides them.
_CURRENT = passage_table.join(
    article_table,
    and_(
        article_table.c.id == passage_table.c.article_id,
        article_table.c.content_hash == passage_table.c.content_hash,
    ),
)

_VERSION_OF_PASSAGE = and_(
    version_table.c.article_id == passage_table.c.article_id,
    version_table.c.content_hash == passage_table.c.content_hash,
)


class SqlitePassages:
    """`corpus.store.protocols.PassageStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def count(self, since: int | None = None) -> int:
        chosen = select(func.count()).select_from(_CURRENT)
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

    def matching(self, wanted: ArticleFilter, limit: int) -> list[Passage]:
        articles = select(article_table.c.id).select_from(CURRENT).where(*matching(wanted))
        # In an order, SQLite would look at passage after passage, instead of at those of the articles.
        chosen = _select_passages().where(passage_table.c.article_id.in_(articles)).order_by(None).limit(limit)
        with self._database.reading() as connection:
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

    def articles_to_split(self, splitter: str) -> list[str]:
        chosen = (
            select(article_table.c.id)
            .where(or_(article_table.c.split_by.is_(None), article_table.c.split_by != splitter))
            .order_by(article_table.c.id)
        )
        with self._database.reading() as connection:
            return list(connection.execute(chosen).scalars())

    def count_unfindable_articles(self) -> int:
        with self._database.reading() as connection:
            return _count_unfindable_articles(connection)

    def put_articles(self, splitter: str, offered: Sequence[SplitArticle]) -> list[Outcome]:
        known = samenesses(self._database, [one.article for one in offered])
        with self._database.writing() as connection:
            return [put_split_article(connection, one, splitter, known) for one in offered]

    def put(self, splitter: str, passages: Mapping[str, Sequence[Passage]]) -> None:
        with self._database.writing() as connection:
            note_changes(connection, replace_passages(connection, splitter, passages))


def replace_passages(connection: Connection, splitter: str, passages: Mapping[str, Sequence[Passage]]) -> list[str]:
    """`SqlitePassages.put`, as a part of the transaction of a caller who notes that those returned have changed."""
    current = _content_hashes(connection, passages)
    split = [article_id for article_id in passages if _fit(passages[article_id], current.get(article_id))]
    connection.execute(delete(passage_table).where(among(passage_table.c.article_id, split)))
    connection.execute(update(article_table).where(among(article_table.c.id, split)).values(split_by=splitter))
    rows = [_row(passage) for article_id in split for passage in passages[article_id]]
    if rows:
        connection.execute(insert(passage_table), rows)
    return split


def _vector_of_passage(fingerprint: str) -> Exists:
    return (
        select(vector_table.c.key)
        .join(encoder_table)
        .where(encoder_table.c.fingerprint == fingerprint, vector_table.c.key == passage_table.c.vector_key)
        .exists()
    )


def put_split_article(connection: Connection, split: SplitArticle, splitter: str, known: dict[str, str]) -> Outcome:
    """`put_article` with its passages, so that both are there in the same moment."""
    outcome = put_article(connection, split.article, known)
    if outcome.action is Action.CONFLICT or split.passages is None:
        return outcome
    if _split_by(connection, split.article.id) != splitter:
        cut = replace_passages(connection, splitter, {split.article.id: split.passages})
        if outcome.action is Action.UNCHANGED:
            note_changes(connection, cut)
    return outcome


def _split_by(connection: Connection, article_id: str) -> str | None:
    chosen = select(article_table.c.split_by).where(article_table.c.id == article_id)
    found: str | None = connection.execute(chosen).scalar_one()
    return found


def _count_unfindable_articles(connection: Connection) -> int:
    """Articles that a killed writer of an older version left without passages, or without the vector of one."""
    of_article = and_(
        passage_table.c.article_id == article_table.c.id, passage_table.c.content_hash == article_table.c.content_hash
    )
    vector = select(vector_table.c.key).where(
        vector_table.c.encoder_id.in_(select(encoder_table.c.id)), vector_table.c.key == passage_table.c.vector_key
    )
    lacks_one = select(passage_table.c.id).where(of_article, ~vector.exists())
    found = select(passage_table.c.id).where(of_article).exists() & ~lacks_one.exists()
    return int(connection.execute(select(func.count()).select_from(article_table).where(~found)).scalar_one())


def _changed_after(seq: int) -> ColumnElement[bool]:
    """Whether the article of a passage was put, or cut into passages, after `seq`."""
    return passage_table.c.article_id.in_(select(change_table.c.article_id).where(change_table.c.seq > seq))


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
        .select_from(_CURRENT)
        .order_by(passage_table.c.position)
    )


def _read_passages(connection: Connection, chosen: Select[*tuple[Any, ...]]) -> list[Passage]:
    return [Passage(*row) for row in connection.execute(chosen)]


def _content_hashes(connection: Connection, article_ids: Collection[str]) -> dict[str, str]:
    chosen = select(article_table.c.id, article_table.c.content_hash).where(among(article_table.c.id, article_ids))
    return {row.id: row.content_hash for row in connection.execute(chosen)}


def _fit(passages: Sequence[Passage], content_hash: str | None) -> bool:
    return content_hash is not None and all(passage.content_hash == content_hash for passage in passages)


def _row(passage: Passage) -> dict[str, object]:
    return {
        "id": passage.id,
        "article_id": passage.article_id,
        "content_hash": passage.content_hash,
        "start": passage.start,
        "end": passage.end,
        "vector_key": passage.vector_key,
    }

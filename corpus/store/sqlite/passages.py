"""Passages of the current versions. What an update or a deletion made stale is never handed out."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, delete, func, insert, or_, select, update

from corpus.article import Action, ArticleFilter, Outcome, Passage, SplitArticle
from corpus.store.sqlite.articles import CURRENT, matching, note_changes, put_article
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


class Passages(Database):
    """The part of the catalog that holds passages."""

    def count_passages(self) -> int:
        with self._reading() as connection:
            return connection.execute(select(func.count()).select_from(_CURRENT)).scalar_one()

    def passages(self, ids: Collection[str], wanted: ArticleFilter | None = None) -> dict[str, Passage]:
        """By id, of articles that match. Deleted and replaced ones are left out: this masks what an index finds."""
        chosen = select_passages().where(among(passage_table.c.id, ids))
        if wanted:
            chosen = chosen.join(version_table, _VERSION_OF_PASSAGE).where(*matching(wanted))
        with self._reading() as connection:
            return {passage.id: passage for passage in read_passages(connection, chosen)}

    def passages_matching(self, wanted: ArticleFilter, limit: int) -> list[Passage]:
        """Passages of the articles that match, `limit` of them at most, in no order."""
        articles = select(article_table.c.id).select_from(CURRENT).where(*matching(wanted))
        # In an order, SQLite would look at passage after passage, instead of at those of the articles.
        chosen = select_passages().where(passage_table.c.article_id.in_(articles)).order_by(None).limit(limit)
        with self._reading() as connection:
            return read_passages(connection, chosen)

    def passages_of(self, article_ids: Collection[str]) -> list[Passage]:
        """The passages of these articles, in the order they were put."""
        with self._reading() as connection:
            return read_passages(connection, select_passages().where(among(passage_table.c.article_id, article_ids)))

    def all_passages(self, until: int | None = None) -> list[Passage]:
        """In the order they were put; with `until`, of the articles that have not changed after this `seq`."""
        chosen = select_passages() if until is None else select_passages().where(~changed_after(until))
        with self._reading() as connection:
            return read_passages(connection, chosen)

    def articles_to_split(self, splitter: str) -> list[str]:
        """Ids of the articles that `splitter` (a fingerprint) has not split since they were put."""
        chosen = (
            select(article_table.c.id)
            .where(or_(article_table.c.split_by.is_(None), article_table.c.split_by != splitter))
            .order_by(article_table.c.id)
        )
        with self._reading() as connection:
            return list(connection.execute(chosen).scalars())

    def count_unfindable(self) -> int:
        """Articles that are stored and not found, as not all of them has passages and vectors (of any encoder)."""
        with self._reading() as connection:
            return count_unfindable(connection)

    def put_passages(self, splitter: str, passages: Mapping[str, Sequence[Passage]]) -> None:
        """Replace the passages of each article (by id) with these, which `splitter` made; all or none.

        An article that was deleted or got another text since it was read is left for the next split. Each of
        the others has changed by it.
        """
        with self._writing() as connection:
            note_changes(connection, replace_passages(connection, splitter, passages))

    def count_passages_since(self, seq: int) -> int:
        """Passages of the articles that changed after `seq`."""
        chosen = select(func.count()).select_from(_CURRENT).where(changed_after(seq))
        with self._reading() as connection:
            return connection.execute(chosen).scalar_one()


def replace_passages(connection: Connection, splitter: str, passages: Mapping[str, Sequence[Passage]]) -> list[str]:
    """`Passages.put_passages`, as a part of the transaction of a caller who notes that those returned have changed."""
    current = _content_hashes(connection, passages)
    split = [article_id for article_id in passages if _fit(passages[article_id], current.get(article_id))]
    connection.execute(delete(passage_table).where(among(passage_table.c.article_id, split)))
    connection.execute(update(article_table).where(among(article_table.c.id, split)).values(split_by=splitter))
    rows = [_row(passage) for article_id in split for passage in passages[article_id]]
    if rows:
        connection.execute(insert(passage_table), rows)
    return split


def put_split_article(connection: Connection, split: SplitArticle, splitter: str, known: dict[str, str]) -> Outcome:
    """`put_article` with its passages, so that both are there in the same moment."""
    outcome = put_article(connection, split.article, known)
    if outcome.action is Action.CONFLICT or split.passages is None:
        return outcome
    if split_by(connection, split.article.id) != splitter:
        cut = replace_passages(connection, splitter, {split.article.id: split.passages})
        if outcome.action is Action.UNCHANGED:
            note_changes(connection, cut)
    return outcome


def split_by(connection: Connection, article_id: str) -> str | None:
    """The splitter that made the article's passages, if any has since it was put."""
    return connection.execute(select(article_table.c.split_by).where(article_table.c.id == article_id)).scalar_one()


def count_unfindable(connection: Connection) -> int:
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


def changed_after(seq: int) -> ColumnElement[bool]:
    """Whether the article of a passage was put, or cut into passages, after `seq`."""
    return passage_table.c.article_id.in_(select(change_table.c.article_id).where(change_table.c.seq > seq))


def select_passages() -> Select[tuple[str, str, str, int, int, str]]:
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


def read_passages(connection: Connection, chosen: Select[*tuple[Any, ...]]) -> list[Passage]:
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

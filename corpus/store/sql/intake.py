"""Taking articles and their passages in, as a part of a caller's transaction."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, case, delete, insert, or_, select, update

from corpus.article import Action, Article, ArticleSummary, Outcome, Passage, SplitArticle
from corpus.block import blocks_as_json
from corpus.readers.draft import READERS
from corpus.store.identity import StoredArticle, decide_action, normalized_text_hash
from corpus.store.sql.database import Database
from corpus.store.sql.dialects import among, announce, insert_numbered, replacing
from corpus.store.sql.schema import article_table, change_table, current_versions, passage_table, version_table
from corpus.store.sql.types import without_zone

SUMMARY_COLUMNS = (
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

_IS_READ_OTHERWISE = or_(version_table.c.read_by.is_(None), version_table.c.read_by != READERS)

_STORED = select(
    *SUMMARY_COLUMNS,
    article_table.c.origin,
    article_table.c.split_by,
    version_table.c.read_by,
    case((_IS_READ_OTHERWISE, version_table.c.text)).label("text"),
).select_from(current_versions)


def put_split_article(connection: Connection, split: SplitArticle, splitter: str, hashes: dict[str, str]) -> Outcome:
    """Take one article in with its passages, so that both are there in the same moment.

    `hashes` are those of `normalized_text_hashes`; one that is missing is made.
    """
    outcome = _put_article(connection, split.article, hashes)
    if outcome.action is Action.CONFLICT or split.passages is None:
        return outcome
    if _split_by(connection, split.article.id) != splitter:
        cut = replace_passages(connection, splitter, {split.article.id: split.passages})
        if outcome.action is Action.UNCHANGED:
            note_changes(connection, cut)
    return outcome


def replace_passages(connection: Connection, splitter: str, passages: Mapping[str, Sequence[Passage]]) -> list[str]:
    """Replace the passages of articles, as `SqlPassages.put`; the caller notes that those returned have changed."""
    current = _content_hashes(connection, passages)
    split = [article_id for article_id in passages if _fit(passages[article_id], current.get(article_id))]
    connection.execute(delete(passage_table).where(among(passage_table.c.article_id, split)))
    connection.execute(update(article_table).where(among(article_table.c.id, split)).values(split_by=splitter))
    rows = [_row(passage) for article_id in split for passage in passages[article_id]]
    if rows:
        connection.execute(insert(passage_table), rows)
    return split


def note_changes(connection: Connection, article_ids: Collection[str], deleted: bool = False) -> None:
    """Give each of these articles a change of its own, for all that follow `seq`."""
    if article_ids:
        rows = [{"article_id": article_id, "deleted": deleted} for article_id in article_ids]
        connection.execute(insert(change_table), rows)
        announce(connection)


def normalized_text_hashes(database: Database, articles: Collection[Article]) -> dict[str, str]:
    """Hash new texts, by content hash: 50 ms for a megabyte, during which no transaction must be open."""
    chosen = select(article_table.c.content_hash).where(among(article_table.c.id, [one.id for one in articles]))
    with database.reading() as connection:
        held = set(connection.execute(chosen).scalars())
    return {one.content_hash: normalized_text_hash(one.text) for one in articles if one.content_hash not in held}


def _put_article(connection: Connection, article: Article, hashes: dict[str, str]) -> Outcome:
    """Take one article in without its passages."""
    stored = stored_articles(connection, [article.id]).get(article.id)
    outcome = decide_action(article, stored, None if stored else _duplicate_of(connection, _hash_of(article, hashes)))
    if outcome.action is Action.UNCHANGED:
        _note_origin(connection, article)
    elif outcome.action is not Action.CONFLICT:
        _store(connection, article, _hash_of(article, hashes), is_new=stored is None)
    return outcome


def stored_articles(connection: Connection, ids: Collection[str]) -> dict[str, StoredArticle]:
    """`SqlArticles.stored`, in the caller's transaction."""
    return {row.id: _as_stored(row) for row in connection.execute(_STORED.where(among(article_table.c.id, ids)))}


def _as_stored(row: Row[*tuple[Any, ...]]) -> StoredArticle:
    summary = dict(row._mapping)
    return StoredArticle(
        summary.pop("origin"),
        split_by=summary.pop("split_by"),
        read_by=summary.pop("read_by"),
        text=summary.pop("text"),
        summary=ArticleSummary(**summary),
    )


def _hash_of(article: Article, hashes: dict[str, str]) -> str:
    if article.content_hash not in hashes:
        hashes[article.content_hash] = normalized_text_hash(article.text)
    return hashes[article.content_hash]


def _duplicate_of(connection: Connection, text_hash: str) -> str | None:
    """Return the external id of the article whose text has this hash, if any; of several, the first by id."""
    chosen = (
        select(article_table.c.external_id)
        .where(article_table.c.sameness == text_hash)
        .order_by(article_table.c.id)
        .limit(1)
    )
    return connection.execute(chosen).scalar_one_or_none()


def _note_origin(connection: Connection, article: Article) -> None:
    """Note where the article was found, which may be another place than last time."""
    moved = update(article_table).where(article_table.c.id == article.id, article_table.c.origin != article.origin)
    connection.execute(moved.values(origin=article.origin))


def _store(connection: Connection, article: Article, text_hash: str, is_new: bool) -> None:
    seq = insert_numbered(connection, change_table, {"article_id": article.id, "deleted": False})
    announce(connection)
    current = {
        "origin": article.origin,
        "content_hash": article.content_hash,
        "sameness": text_hash,
        "split_by": None,
    }
    if is_new:
        connection.execute(insert(article_table), {"id": article.id, "external_id": article.external_id, **current})
    else:
        connection.execute(update(article_table).where(article_table.c.id == article.id), current)
    connection.execute(replacing(connection, version_table), _version_row(article, seq))


def _version_row(article: Article, seq: int) -> dict[str, object]:
    return {
        "article_id": article.id,
        "content_hash": article.content_hash,
        "seq": seq,
        "stored": without_zone(datetime.now(UTC)),
        "title": article.title,
        "url": article.url,
        "publisher": article.publisher,
        "author": article.author,
        "language": article.language,
        "published": article.published,
        "date_source": article.date_source,
        "characters": len(article.text),
        "read_by": article.read_by,
        "text": article.text,
        "blocks": blocks_as_json(article.blocks),
    }


def _split_by(connection: Connection, article_id: str) -> str | None:
    chosen = select(article_table.c.split_by).where(article_table.c.id == article_id)
    found: str | None = connection.execute(chosen).scalar_one()
    return found


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

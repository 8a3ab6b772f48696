"""The articles that questions are asked about, as evaluation needs them: by the id gold files use."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path

from assistant.evaluation.errors import EvaluationError
from corpus.article import Article, article_id
from corpus.store.protocols import Store

FindArticle = Callable[[str], Article | None]
"""From a document's id (`external_id`) to its article; None for a document that is not there."""

KEPT = 4096
"""Articles held in memory: questions come back to the same ones."""

_PAGE = 256
_SUMMARIES = 10_000


def find_in_store(store: Store) -> FindArticle:
    """The current articles of a data folder."""

    @lru_cache(maxsize=KEPT)
    def find(doc_id: str) -> Article | None:
        key = article_id(doc_id)
        return store.articles.get_many([key]).get(key)

    return find


def find_in_path(path: Path) -> FindArticle:
    """The articles of a folder or file, which is read at once. Raises `EvaluationError` as `articles_in` does."""
    articles = {article.external_id: article for article in articles_in(path)}
    return articles.get


def articles_in(path: Path) -> Iterator[Article]:
    """The articles of a folder or file, without a data folder; what cannot be read is left out.

    Raises `EvaluationError` when there is no such path.
    """
    from corpus.readers import read_articles

    if not path.exists():
        raise EvaluationError(f"{path} does not exist; check the path of --corpus.")
    yield from (reading for reading in read_articles(path) if isinstance(reading, Article))


def content_of(store: Store) -> str:
    """A hash of all current articles: equal for equal articles, whatever folder they are stored in."""
    digest = hashlib.sha256()
    last = None
    while page := store.articles.list(after=last, limit=_SUMMARIES):
        for summary in page:
            digest.update(f"{summary.id} {summary.content_hash}\n".encode())
        last = page[-1].id
    return digest.hexdigest()[:16]


def articles_stored(store: Store) -> Iterator[Article]:
    """Every current article of a data folder, by id."""
    last = None
    while page := [summary.id for summary in store.articles.list(after=last, limit=_PAGE)]:
        yield from (article for _, article in sorted(store.articles.get_many(page).items()))
        last = page[-1]

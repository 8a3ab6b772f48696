"""The articles that questions are asked about, as evaluation needs them: by the id gold files use."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

from corpus.article import Article, article_id
from corpus.catalog import Catalog

FindArticle = Callable[[str], Article | None]
"""From a document's id (`external_id`) to its article; None for a document that is not there."""

_KEPT = 4096
"""Articles held in memory: questions come back to the same ones."""


def articles_of_catalog(catalog: Catalog) -> FindArticle:
    """The current articles of a data folder."""

    @lru_cache(maxsize=_KEPT)
    def find(doc_id: str) -> Article | None:
        key = article_id(doc_id)
        return catalog.articles([key]).get(key)

    return find


def articles_of_path(path: Path) -> FindArticle:
    """The articles of a folder or file, without a data folder; what cannot be read is left out."""
    from corpus.readers import read_articles

    articles = {reading.external_id: reading for reading in read_articles(path) if isinstance(reading, Article)}
    return articles.get

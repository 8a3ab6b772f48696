"""The text of a passage for encoder and word index: its title, which it may be about unsaid, and itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from corpus.article import Article, Passage
from corpus.store.protocols import Store

_TITLE_BYTES = 160
"""A token is at least one byte, so that even a title without spaces leaves room for its passage."""

_ARTICLES_AT_ONCE = 32
"""Read in one query; few, because nothing limits the length of an article."""


def embedded_text(title: str, passage_text: str) -> str:
    """Return the title (its first 160 bytes) on a line of its own, if there is one, then the passage."""
    return text_start(title) + passage_text


def text_start(title: str) -> str:
    """Return what stands before the passage in `embedded_text`; empty without a title."""
    short_title = title.encode("utf-8", "ignore")[:_TITLE_BYTES].decode("utf-8", "ignore")
    return f"{short_title}\n" if short_title else ""


def embedded_texts(store: Store, passages: Sequence[Passage]) -> Iterator[tuple[Passage, str]]:
    """Yield each passage with its embedded text, in order; passages of one article should stand together.

    A passage whose article was replaced or deleted meanwhile is left out.
    """
    by_article = [list(group) for _, group in groupby(passages, key=lambda passage: passage.article_id)]
    for start in range(0, len(by_article), _ARTICLES_AT_ONCE):
        groups = by_article[start : start + _ARTICLES_AT_ONCE]
        articles = store.articles.get_many([group[0].article_id for group in groups])
        for passage in (passage for group in groups for passage in group):
            article = articles.get(passage.article_id)
            if article is not None and article.content_hash == passage.content_hash:
                yield passage, _text_of(article, passage)


def _text_of(article: Article, passage: Passage) -> str:
    return embedded_text(article.title, article.text[passage.start : passage.end])

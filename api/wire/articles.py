"""Articles: which one, in a list, and whole."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any, Literal

from api.wire.body import Body, Text
from corpus.article import Article, ArticleSummary, Version


class ArticleReference(Body):
    """Which article, in which version, and what a reader wants to know of it before opening it."""

    article_id: str
    external_id: Text
    content_hash: str
    title: Text
    url: Text | None
    publisher: Text | None
    published: date | None


class ArticleSummaryBody(ArticleReference):
    """An article without its text; `characters` is the text's length in code points."""

    author: Text | None
    language: Text | None
    date_source: Text | None
    characters: int


class ArticleListBody(Body):
    """A page of articles in a stable order; `next_cursor` asks for the next one, None at the end."""

    object: Literal["list"] = "list"
    data: list[ArticleSummaryBody]
    next_cursor: str | None


class VersionBody(Body):
    """A text that the article has or had; `stored` is when it came in, never a publication date."""

    content_hash: str
    title: Text
    published: date | None
    characters: int
    stored: datetime


class ArticleBody(ArticleSummaryBody):
    """An article in one version; all offsets count into `text`. `versions` are newest first."""

    object: Literal["article"] = "article"
    text: str
    versions: list[VersionBody]


def article_list_body(articles: Sequence[ArticleSummary], limit: int) -> ArticleListBody:
    """Return a page of `limit` articles. Give it one more when there is one: that tells that a page follows."""
    page = [ArticleSummaryBody(**_details(one), characters=one.characters) for one in articles[:limit]]
    return ArticleListBody(data=page, next_cursor=page[-1].article_id if len(articles) > limit else None)


def article_body(article: Article, versions: Iterable[Version]) -> ArticleBody:
    """Return the body for one article in one version, with all versions that are kept."""
    return ArticleBody(
        **_details(article),
        characters=len(article.text),
        text=article.text,
        versions=[VersionBody.model_validate(version, from_attributes=True) for version in versions],
    )


def reference(article: Article | ArticleSummary) -> dict[str, Any]:
    """Return the fields of `ArticleReference`."""
    return {
        "article_id": article.id,
        "external_id": article.external_id,
        "content_hash": article.content_hash,
        "title": article.title,
        "url": article.url,
        "publisher": article.publisher,
        "published": article.published,
    }


def _details(article: Article | ArticleSummary) -> dict[str, Any]:
    """Return the fields of `ArticleSummaryBody` but `characters`."""
    return {
        **reference(article),
        "author": article.author,
        "language": article.language,
        "date_source": article.date_source,
    }

"""Articles: which one, in a list, and whole."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any, Literal

from api.web.reading_page import Group
from api.wire.body import Body, Text
from corpus.article import Article, ArticleSummary, Overview, Version
from corpus.block import BlockKind


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


class CountBody(Body):
    """A value of a field, and how many articles have it."""

    value: Text
    count: int


class LibraryBody(Body):
    """What all articles together are, as far as one can filter by it: the largest publishers, all languages, days.

    Articles without a publisher, a language or a date count in `articles` alone.
    """

    object: Literal["library"] = "library"
    articles: int
    publishers: list[CountBody]
    languages: list[CountBody]
    earliest: date | None
    latest: date | None


class PieceBody(Body):
    """Text that is marked, or not."""

    text: str
    marked: bool


class ShownCellBody(Body):
    """A cell of a table. `scope` is that of a head (`col`, `row`), else empty.

    `names_marked` tells the heads of the cell that is marked.
    """

    pieces: list[PieceBody]
    scope: str
    names_marked: bool


class ShownBlockBody(Body):
    """A block as a page shows it. `cells` are those of a row, each in its column; the rest is as in `Block`."""

    kind: BlockKind
    level: int
    pieces: list[PieceBody]
    ordinal: int | None
    cells: list[ShownCellBody]


class PassageViewBody(Body):
    """The blocks of a part of an article, in lists and tables; `page`, from 1, is where it is in a paged document.

    `path` is that of the reading page, to which `start` and `end` (code points) can be added.
    The heading above it, the heads of its table and the corrections that the article prints are among them.
    """

    object: Literal["passage"] = "passage"
    article_id: str
    content_hash: str
    page: int | None
    path: str
    groups: list[list[ShownBlockBody]]


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


def library_body(overview: Overview) -> LibraryBody:
    """Return the body for what all articles together are."""
    return LibraryBody(
        articles=overview.articles,
        publishers=_counts(overview.publishers),
        languages=_counts(overview.languages),
        earliest=overview.earliest,
        latest=overview.latest,
    )


def _counts(counted: Iterable[tuple[str | None, int]]) -> list[CountBody]:
    return [CountBody(value=value, count=count) for value, count in counted if value]


def passage_view_body(article: Article, groups: Iterable[Group], page: int | None, path: str) -> PassageViewBody:
    """Return the body for these blocks of an article."""
    return PassageViewBody(
        article_id=article.id,
        content_hash=article.content_hash,
        page=page,
        path=path,
        groups=[
            [ShownBlockBody.model_validate(block, from_attributes=True) for block in group.blocks] for group in groups
        ],
    )


def _details(article: Article | ArticleSummary) -> dict[str, Any]:
    """Return the fields of `ArticleSummaryBody` but `characters`."""
    return {
        **reference(article),
        "author": article.author,
        "language": article.language,
        "date_source": article.date_source,
    }

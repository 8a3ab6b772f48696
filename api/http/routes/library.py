"""`GET /v1/articles`: the list of articles, each with its text, and passages as their pages have them.

What only reads the store is a plain function, which FastAPI runs in its threadpool: nothing may hold up the event
loop. How articles are added and deleted stands in `api.http.routes.articles`.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from api.http.access.caller import CallerAssistant, caller_of
from api.http.access.reading_access import require_reading_access
from api.http.error_handlers import ProblemBody
from api.http.request_bodies import ArticleQuery, ArticlesQuery
from api.http.routes.links import page_path, reading_path
from api.web.reading_page import passage_groups
from api.wire.articles import (
    ArticleBody,
    ArticleListBody,
    LibraryBody,
    PassageViewBody,
    article_body,
    article_list_body,
    library_body,
    passage_view_body,
)
from corpus.article import Article
from corpus.units import page_of

_MOST_PUBLISHERS = 100
"""More than anybody chooses from by looking; a request takes no more, either."""

_LIBRARY_SECONDS = 300
"""For so long a browser need not ask again: every page with the widget does, and articles come and go slowly."""

_Offset = Annotated[int, Field(ge=0, le=10**9)]

router = APIRouter(responses={"default": {"model": ProblemBody, "description": "What went wrong."}})


@router.get("/v1/articles")
def list_articles(wanted: Annotated[ArticlesQuery, Query()], assistant: CallerAssistant) -> ArticleListBody:
    """List articles without their text, in a stable order."""
    # One more than asked for tells whether there is a next page.
    articles = assistant.store.articles.list(
        after=wanted.cursor, limit=wanted.limit + 1, publisher=wanted.publisher, contains=wanted.q
    )
    return article_list_body(articles, wanted.limit)


@router.get("/v1/articles/{article_id}")
def show_article(article_id: str, wanted: Annotated[ArticleQuery, Query()], assistant: CallerAssistant) -> ArticleBody:
    """Return one article with its canonical text, into which all offsets count, and its versions."""
    article = assistant.store.articles.get(article_id, wanted.v)
    return article_body(article, assistant.store.articles.versions(article_id))


@router.get("/v1/library")
def show_library(assistant: CallerAssistant, response: Response) -> LibraryBody:
    """Say what the articles can be filtered by: publishers, languages, and from when to when they were published."""
    response.headers["Cache-Control"] = f"private, max-age={_LIBRARY_SECONDS}"
    return library_body(assistant.store.articles.overview(_MOST_PUBLISHERS))


class PassageQuery(BaseModel):
    """[start, end) is to be shown, and [mark_start, mark_end) of it is marked, in code points of version `v`.

    `t` is the token of a signed link to that version, for those without a key.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    v: Annotated[str, Field(max_length=100)]
    start: _Offset
    end: _Offset
    mark_start: _Offset = 0
    mark_end: _Offset = 0
    t: Annotated[str | None, Field(max_length=200)] = None


@router.get("/articles/{article_id}/passage")
def show_passage(
    article_id: str, wanted: Annotated[PassageQuery, Query()], assistant: CallerAssistant, request: Request
) -> PassageViewBody:
    """Return a passage as blocks: headings, lists, and tables with their heads. All of it is text, not markup."""
    require_reading_access(request, article_id, wanted.v, wanted.t)
    article = assistant.store.articles.get(article_id, wanted.v)
    marked = (wanted.mark_start, wanted.mark_end)
    shown = passage_groups(article, (wanted.start, wanted.end), marked)
    begins = wanted.mark_start if wanted.mark_end else wanted.start
    return passage_view_body(article, shown, page_of(article, begins), _reading_path(request, article, wanted.t))


def _reading_path(request: Request, article: Article, token: str | None) -> str:
    """Return where this caller's readers open the article: links of those who came by one stay what they were."""
    if token:
        return page_path(article.id, article.content_hash, t=token)
    return reading_path(request, article.id, article.content_hash, caller_of(request.scope).key_id is not None)

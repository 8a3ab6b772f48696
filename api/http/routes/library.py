"""`GET /v1/articles`: the list of articles, and each with its text.

What only reads the store is a plain function, which FastAPI runs in its threadpool: nothing may hold up the event
loop. How articles are added and deleted stands in `api.http.routes.articles`.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from api.http.access.caller import CallerAssistant
from api.http.error_handlers import ProblemBody
from api.http.request_bodies import ArticleQuery, ArticlesQuery
from api.wire.articles import ArticleBody, ArticleListBody, article_body, article_list_body

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

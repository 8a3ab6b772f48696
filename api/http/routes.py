"""The routes. Each receives, asks the assistant, and shapes what comes back.

Those that work are plain functions, which FastAPI runs in its threadpool: nothing may hold up the event loop.
"""

from __future__ import annotations

from time import perf_counter
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import PlainTextResponse

from api.errors import NOT_JSON, NOT_READY
from api.http.errors import ProblemBody, Refused
from api.http.request_id import request_id_of
from api.http.schemas import ArticleQuery, ArticlesQuery, AskRequest, SearchRequest
from api.shapes import (
    AnswerBody,
    ArticleBody,
    ArticleListBody,
    HealthBody,
    SearchBody,
    answer_body,
    article_body,
    article_list_body,
    search_body,
)
from assistant.ask import Assistant

_CANARY = "Does the search answer?"

_WELCOME = """Questions answered from your articles; every sentence carries a citation that was checked.

POST /v1/ask             {"question": "..."}
POST /v1/search          {"query": "..."}
GET  /v1/articles        what there is to ask about
GET  /v1/articles/{id}   one article, with its text
POST /v1/articles        {"title": "...", "text": "..."}, to add or replace it
GET  /v1/jobs/{id}       what became of what was posted
GET  /healthz, /readyz   whether the process is alive, and ready
GET  /openapi.json       all of this, exactly
"""


def _assistant(request: Request) -> Assistant:
    helper: Assistant = request.app.state.assistant
    return helper


def _require_json(request: Request) -> None:
    """A body of another type never gets far enough to be called invalid."""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().casefold()
    if media_type != "application/json":
        raise Refused(NOT_JSON)


Helper = Annotated[Assistant, Depends(_assistant)]
TakesJson = Depends(_require_json)

router = APIRouter(responses={"default": {"model": ProblemBody, "description": "What went wrong."}})


@router.post("/v1/ask", dependencies=[TakesJson])
def ask(wanted: AskRequest, helper: Helper, request: Request) -> AnswerBody:
    """Answers a question from the articles; every sentence carries a citation that was checked."""
    answer = helper.ask(
        wanted.question,
        wanted.filters.as_filter(),
        history=[message.as_turn() for message in wanted.history],
        top_k=wanted.top_k,
        mode=wanted.mode,
    )
    return answer_body(answer, request_id_of(request.scope), wanted.explain)


@router.post("/v1/search", dependencies=[TakesJson])
def search(wanted: SearchRequest, helper: Helper) -> SearchBody:
    """Finds passages, best first."""
    started = perf_counter()
    found = helper.search(wanted.query, wanted.filters.as_filter(), wanted.limit)
    return search_body(found.hits, found.generation, (perf_counter() - started) * 1000)


@router.get("/v1/articles")
def list_articles(wanted: Annotated[ArticlesQuery, Query()], helper: Helper) -> ArticleListBody:
    """Lists articles without their text, in a stable order."""
    # One more than asked for tells whether there is a next page.
    articles = helper.catalog.list_articles(
        after=wanted.cursor, limit=wanted.limit + 1, publisher=wanted.publisher, contains=wanted.q
    )
    return article_list_body(articles, wanted.limit)


@router.get("/v1/articles/{article_id}")
def show_article(article_id: str, wanted: Annotated[ArticleQuery, Query()], helper: Helper) -> ArticleBody:
    """One article with its canonical text, into which all offsets count, and its versions."""
    article = helper.catalog.article(article_id, wanted.v)
    return article_body(article, helper.catalog.versions(article_id))


@router.get("/healthz")
async def is_alive() -> HealthBody:
    """Whether the process answers at all."""
    return HealthBody(status="alive")


@router.get("/readyz")
def is_ready(helper: Helper) -> HealthBody:
    """Whether the encoder is loaded and a test question finds something, if there is anything to find."""
    found = helper.search(_CANARY, limit=1)
    if not found.hits and helper.catalog.count_passages():
        raise Refused(NOT_READY)
    return HealthBody(status="ready")


@router.get("/", include_in_schema=False)
async def say_what_there_is() -> PlainTextResponse:
    return PlainTextResponse(_WELCOME)

"""The routes. Each receives, asks the assistant, and shapes what comes back.

Those that search or answer take their turn; those that only read the store are plain functions, which
FastAPI runs in its threadpool: nothing may hold up the event loop.
"""

from __future__ import annotations

from time import perf_counter
from typing import Annotated, Any, cast, get_args

from fastapi import APIRouter, Depends, Query, Request

from api.errors import NOT_READY
from api.events import EventName, tell_events
from api.http.access.caller import Helper
from api.http.errors import ProblemBody, Refused
from api.http.observability.request_id import request_id_of
from api.http.schemas import ArticleQuery, ArticlesQuery, AskRequest, SearchRequest, TakesJson
from api.http.serving.admission import AdmissionQueue
from api.http.serving.disconnects import while_connected
from api.http.serving.readiness import Readiness
from api.http.serving.sse import AnswerEvents, EventStream, stream_content
from api.shapes import (
    AnswerBody,
    ArticleBody,
    ArticleListBody,
    HealthBody,
    SearchBody,
    article_body,
    article_list_body,
    search_body,
)


async def _turns(request: Request) -> AdmissionQueue:
    turns: AdmissionQueue = request.app.state.turns
    return turns


Admission = Annotated[AdmissionQueue, Depends(_turns)]

_STREAM: dict[str, Any] = {
    "description": "The answer; with `stream`, the events on the way to it: `answer.started`, `sources`, `text.delta` "
    "and `citation`, perhaps `answer.reset`, and at the end one `answer.completed` or `error`.",
    "content": stream_content(get_args(EventName)),
}

router = APIRouter(responses={"default": {"model": ProblemBody, "description": "What went wrong."}})


@router.post("/v1/ask", dependencies=[TakesJson], response_model=AnswerBody, responses={200: _STREAM})
async def ask(wanted: AskRequest, helper: Helper, turns: Admission, request: Request) -> AnswerBody | EventStream:
    """Answers a question from the articles; every sentence carries a citation that was checked."""
    events = helper.stream(
        wanted.question,
        wanted.filters.as_filter(),
        history=[message.as_turn() for message in wanted.history],
        top_k=wanted.top_k,
        mode=wanted.mode,
    )
    told = tell_events(events, request_id_of(request.scope), wanted.explain)
    if wanted.stream:
        return EventStream(await while_connected(request, turns.start(told)), AnswerEvents(), request.scope)
    completed = await while_connected(request, turns.last(told))
    return cast(AnswerBody, completed.body)


@router.post("/v1/search", dependencies=[TakesJson])
async def search(wanted: SearchRequest, helper: Helper, turns: Admission, request: Request) -> SearchBody:
    """Find passages, best first."""

    def find() -> SearchBody:
        started = perf_counter()
        history = [message.as_turn() for message in wanted.history]
        found = helper.search(wanted.query, wanted.filters.as_filter(), wanted.limit, history)
        return search_body(found.hits, found.generation, (perf_counter() - started) * 1000)

    return await while_connected(request, turns.run(find))


@router.get("/v1/articles")
def list_articles(wanted: Annotated[ArticlesQuery, Query()], helper: Helper) -> ArticleListBody:
    """List articles without their text, in a stable order."""
    # One more than asked for tells whether there is a next page.
    articles = helper.store.articles.list(
        after=wanted.cursor, limit=wanted.limit + 1, publisher=wanted.publisher, contains=wanted.q
    )
    return article_list_body(articles, wanted.limit)


@router.get("/v1/articles/{article_id}")
def show_article(article_id: str, wanted: Annotated[ArticleQuery, Query()], helper: Helper) -> ArticleBody:
    """One article with its canonical text, into which all offsets count, and its versions."""
    article = helper.store.articles.get(article_id, wanted.v)
    return article_body(article, helper.store.articles.versions(article_id))


@router.get("/healthz")
async def is_alive() -> HealthBody:
    """Whether the process answers at all."""
    return HealthBody(status="alive")


@router.get("/readyz")
def is_ready(request: Request) -> HealthBody:
    """Whether the encoder is loaded and a test question finds something, if there is anything to find."""
    readiness: Readiness = request.app.state.readiness
    if not readiness.is_there():
        raise Refused(NOT_READY)
    return HealthBody(status="ready")

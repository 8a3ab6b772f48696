"""Server-sent events: how a stream of events leaves, and how it ends when something goes wrong on the way."""

from __future__ import annotations

from collections.abc import AsyncIterator

from fastapi.sse import KEEPALIVE_COMMENT, EventSourceResponse, format_sse_event
from pydantic import BaseModel
from starlette.types import Receive, Scope, Send

from api.events import ToldEvent
from api.http.desk import Feed
from api.http.errors import ProblemBody, problem_body, problem_for

PING_SECONDS = 15.0
"""After so long without an event a comment is sent, so that proxies and people know that the stream is alive."""

_HEADERS = {
    "Cache-Control": "no-cache",
    "X-Accel-Buffering": "no",  # nginx would keep events back until there are many
}


class ErrorBody(BaseModel):
    """The last event of a stream that failed."""

    problem: ProblemBody


class EventStream(EventSourceResponse):
    """Sends what a feed gives, and stops its work when the client leaves."""

    def __init__(self, feed: Feed[ToldEvent], scope: Scope) -> None:
        super().__init__(_lines(feed, scope), headers=_HEADERS)
        self._feed = feed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async with self._feed:
            await super().__call__(scope, receive, send)


async def _lines(feed: Feed[ToldEvent], scope: Scope) -> AsyncIterator[bytes]:
    seq = 0
    try:
        while True:
            event = await feed.next_within(PING_SECONDS)
            if event is None:
                yield KEEPALIVE_COMMENT
                continue
            seq = event.seq
            yield format_sse_event(event=event.name, data_str=event.body.model_dump_json(), id=str(seq))
    except StopAsyncIteration:
        return
    except Exception as error:
        body = ErrorBody(problem=problem_body(scope, problem_for(scope, error)))
        yield format_sse_event(event="error", data_str=body.model_dump_json(), id=str(seq + 1))

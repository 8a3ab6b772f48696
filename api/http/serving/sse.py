"""Server-sent events: how a stream leaves, and how it ends when something goes wrong on the way."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
from typing import Any, Protocol, TypeVar

from fastapi.sse import KEEPALIVE_COMMENT, EventSourceResponse, format_sse_event
from pydantic import BaseModel
from starlette.types import Receive, Scope, Send

from api.http.error_handlers import ProblemBody, problem_body, problem_for
from api.http.serving.admission import EventFeed
from api.problems import Problem
from api.wire.answer_events import StreamEvent

PING_SECONDS = 15.0
"""After so long without an event a comment is sent, so that proxies and people know that the stream is alive."""

_HEADERS = {
    "Cache-Control": "no-cache",
    "X-Accel-Buffering": "no",  # nginx would keep events back until there are many
}

T = TypeVar("T")
T_contra = TypeVar("T_contra", contravariant=True)


def stream_content(names: Sequence[str] = (), has_ids: bool = True) -> dict[str, Any]:
    """Return the OpenAPI description of a stream whose events have these names (none: they have no names, nor ids)."""
    text = {"type": "string", "contentMediaType": "application/json"}
    named: dict[str, Any] = {"event": {"type": "string", "enum": list(names)}} if names else {}
    if names and has_ids:
        named["id"] = {"type": "string"}
    event = {"type": "object", "properties": {**named, "data": text}, "required": [*named, "data"]}
    return {"text/event-stream": {"schema": event}}


class Dialect(Protocol[T_contra]):
    """The way in which one protocol tells events. It may remember what it told: it serves one stream."""

    def event(self, event: T_contra) -> Iterator[bytes]: ...

    def failed(self, scope: Scope, problem: Problem) -> Iterator[bytes]: ...

    def ended(self) -> Iterator[bytes]: ...


class EventStream(EventSourceResponse):
    """Sends the events of a feed, and stops its work when the client leaves."""

    def __init__(self, feed: EventFeed[T], dialect: Dialect[T], scope: Scope) -> None:
        super().__init__(_lines(feed, dialect, scope), headers=_HEADERS)
        self._feed = feed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async with self._feed:
            await super().__call__(scope, receive, send)


async def _lines(feed: EventFeed[T], dialect: Dialect[T], scope: Scope) -> AsyncIterator[bytes]:
    try:
        while True:
            event = await feed.next_within(PING_SECONDS)
            for line in [KEEPALIVE_COMMENT] if event is None else dialect.event(event):
                yield line
    except StopAsyncIteration:
        pass
    except Exception as error:
        problem = problem_for(scope, error)
        scope["state"]["problem"] = problem.code  # for the log and the metrics
        for line in dialect.failed(scope, problem):
            yield line
    for line in dialect.ended():
        yield line


class ErrorBody(BaseModel):
    """The last event of a stream that failed."""

    problem: ProblemBody


class AnswerEvents:
    """The native events, each with its name and number."""

    def __init__(self) -> None:
        self._seq = 0

    def event(self, event: StreamEvent) -> Iterator[bytes]:
        self._seq = event.seq
        yield format_sse_event(event=event.name, data_str=event.body.model_dump_json(), id=str(event.seq))

    def failed(self, scope: Scope, problem: Problem) -> Iterator[bytes]:
        body = ErrorBody(problem=problem_body(scope, problem))
        yield format_sse_event(event="error", data_str=body.model_dump_json(), id=str(self._seq + 1))

    def ended(self) -> Iterator[bytes]:
        yield from ()

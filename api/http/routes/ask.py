"""`POST /v1/ask`: an answer with its citations, whole or as a stream of events."""

from __future__ import annotations

from typing import Any, cast, get_args

from fastapi import APIRouter, Request

from api.http.access.caller import CallerAssistant
from api.http.error_handlers import ProblemBody
from api.http.observability.request_id import request_id_of
from api.http.request_bodies import AskRequest, TakesJson
from api.http.serving.admission import Admission
from api.http.serving.disconnects import while_connected
from api.http.serving.sse import AnswerEvents, EventStream, stream_content
from api.wire.answer import AnswerBody
from api.wire.answer_events import EventName, stream_events

_STREAM: dict[str, Any] = {
    "description": "The answer; with `stream`, the events on the way to it: `answer.started`, `sources`, `text.delta` "
    "and `citation`, and at the end one `answer.completed` or `error`.",
    "content": stream_content(get_args(EventName)),
}

router = APIRouter(responses={"default": {"model": ProblemBody, "description": "What went wrong."}})


@router.post("/v1/ask", dependencies=[TakesJson], response_model=AnswerBody, responses={200: _STREAM})
async def ask(
    wanted: AskRequest, assistant: CallerAssistant, admission: Admission, request: Request
) -> AnswerBody | EventStream:
    """Answer a question from the articles; every sentence carries a citation that was checked."""
    answering = assistant.stream(
        wanted.question,
        wanted.filters.as_filter(),
        history=[message.as_message() for message in wanted.history],
        top_k=wanted.top_k,
        mode=wanted.mode,
    )
    events = stream_events(answering, request_id_of(request.scope), wanted.explain)
    if wanted.stream:
        return EventStream(await while_connected(request, admission.start(events)), AnswerEvents(), request.scope)
    completed = await while_connected(request, admission.run_to_last(events))
    return cast(AnswerBody, completed.body)

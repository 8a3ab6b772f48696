"""`POST /v1/responses`: OpenAI's Responses API, over the same answer as chat completions."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, get_args

from fastapi import APIRouter, Request
from fastapi.sse import format_sse_event
from starlette.types import Scope

from api.http.access.caller import CallerAssistant
from api.http.error_handlers import OpenAiErrorBody
from api.http.request_bodies import TakesJson
from api.http.routes.openai_answers import pieces_for
from api.http.serving.admission import Admission
from api.http.serving.disconnects import while_connected
from api.http.serving.sse import EventStream, stream_content
from api.problems import Problem
from api.wire.body import Body
from api.wire.pieces import Piece, gathered
from api.wire.response_request import ResponsesRequest
from api.wire.responses import EventName, ResponseBody, ResponseSoFar, response_body

_STREAM: dict[str, Any] = {
    "description": "The response; with `stream`, the events on the way to it, the last of which is "
    "`response.completed`, `response.incomplete` or `response.failed`.",
    "content": stream_content(get_args(EventName), has_ids=False),
}

router = APIRouter(responses={"default": {"model": OpenAiErrorBody, "description": "What went wrong."}})


@router.post("/v1/responses", dependencies=[TakesJson], response_model=ResponseBody, responses={200: _STREAM})
async def respond(
    wanted: ResponsesRequest, assistant: CallerAssistant, admission: Admission, request: Request
) -> ResponseBody | EventStream:
    """Answer the last message of the user, as OpenAI's Responses API does.

    `max_output_tokens` is kept to; what is not done here, such as tools and stored conversations, is refused with 400.
    Unknown parameters and those of sampling are ignored, and so are `instructions`. Prompts of chat clients for titles,
    tags and the like are answered as such: then `assistant` is null.
    """
    pieces = await pieces_for(wanted, assistant, request)
    if wanted.stream:
        return EventStream(await while_connected(request, admission.start(pieces)), _Events(wanted), request.scope)
    return response_body(await while_connected(request, admission.run_to_last(gathered(pieces))), wanted)


class _Events:
    """The events of one response, numbered from 0 without gaps."""

    def __init__(self, wanted: ResponsesRequest) -> None:
        self._response = ResponseSoFar(wanted)
        self._number = self._annotations = 0
        self._item = {"item_id": self._response.message_id, "output_index": 0}
        self._part = {**self._item, "content_index": 0}

    def event(self, piece: Piece) -> Iterator[bytes]:
        if self._number == 0:
            yield from self._begin()
        annotations = self._response.add(piece)
        if piece.text:
            yield self._event("response.output_text.delta", **self._part, delta=piece.text, logprobs=[])
        for annotation in annotations:
            yield self._event(
                "response.output_text.annotation.added",
                **self._part,
                annotation_index=self._annotations,
                annotation=annotation,
            )
            self._annotations += 1
        if piece.finish_reason:
            yield from self._end(piece)

    def failed(self, _: Scope, problem: Problem) -> Iterator[bytes]:
        yield self._event("response.failed", response=self._response.failed(problem))

    def ended(self) -> Iterator[bytes]:
        yield from ()

    def _begin(self) -> Iterator[bytes]:
        begun, part = self._response.begun(), self._response.part()
        message = self._response.message("in_progress").model_copy(update={"content": []})
        yield self._event("response.created", response=begun)
        yield self._event("response.in_progress", response=begun)
        yield self._event("response.output_item.added", output_index=0, item=message)
        yield self._event("response.content_part.added", **self._part, part=part)

    def _end(self, last: Piece) -> Iterator[bytes]:
        ended = self._response.ended(last)
        part = self._response.part()
        yield self._event("response.output_text.done", **self._part, text=part.text, logprobs=[])
        yield self._event("response.content_part.done", **self._part, part=part)
        yield self._event("response.output_item.done", output_index=0, item=ended.output[0])
        name: EventName = "response.incomplete" if ended.status == "incomplete" else "response.completed"
        yield self._event(name, response=ended)

    def _event(self, name: EventName, **fields: Any) -> bytes:
        told = {
            key: value.model_dump(mode="json") if isinstance(value, Body) else value for key, value in fields.items()
        }
        data = {"type": name, "sequence_number": self._number, **told}
        self._number += 1
        return format_sse_event(event=name, data_str=json.dumps(data))

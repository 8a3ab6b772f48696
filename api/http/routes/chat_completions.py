"""OpenAI-compatible routes: its official client, and what is built on it, ask here unchanged."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any

from fastapi import APIRouter, Request
from fastapi.sse import format_sse_event
from starlette.types import Scope

from api.http.access.caller import CallerAssistant
from api.http.error_handlers import OpenAiErrorBody, openai_error_body
from api.http.refused import Refused
from api.http.request_bodies import TakesJson
from api.http.routes.openai_answers import pieces_for
from api.http.serving.admission import Admission
from api.http.serving.disconnects import while_connected
from api.http.serving.sse import EventStream, stream_content
from api.problems import ONLY_CHATS, UNKNOWN_MODEL, Problem
from api.wire.body import new_id
from api.wire.chat_completions import (
    MODEL,
    ChatBody,
    ModelBody,
    ModelsBody,
    annotations_of,
    chat_body,
    usage_of,
)
from api.wire.chat_request import ChatRequest
from api.wire.pieces import Piece, gathered

_SINCE = int(time.time())
"""When this model came to be here, as far as clients care."""

_STREAM: dict[str, Any] = {
    "description": "The completion; with `stream`, its chunks as server-sent events, with `data: [DONE]` at the end.",
    "content": stream_content(),
}

router = APIRouter(prefix="/v1", responses={"default": {"model": OpenAiErrorBody, "description": "What went wrong."}})


@router.post("/chat/completions", dependencies=[TakesJson], response_model=ChatBody, responses={200: _STREAM})
async def complete_chat(
    wanted: ChatRequest, assistant: CallerAssistant, admission: Admission, request: Request
) -> ChatBody | EventStream:
    """Answer the last message of the user, as OpenAI's chat completions do.

    `stop` and `max_tokens` are kept to; what is not done here, such as tools, is refused with 400. Unknown parameters
    and those of sampling are ignored. Prompts of chat clients for titles, tags and the like are answered as such: then
    `assistant` is null.
    """
    pieces = await pieces_for(wanted, assistant, request)
    if wanted.stream:
        feed = await while_connected(request, admission.start(pieces))
        return EventStream(feed, _Chunks(wanted.wants_usage()), request.scope)
    return chat_body(await while_connected(request, admission.run_to_last(gathered(pieces))))


@router.post("/completions", include_in_schema=False)
async def refuse_completion() -> None:
    """Say where to ask: some clients complete prompts unless they are told that this is a chat."""
    raise Refused(ONLY_CHATS)


@router.get("/models")
async def list_models() -> ModelsBody:
    """Return the one model there is, as a list."""
    return ModelsBody(data=[ModelBody(created=_SINCE)])


@router.get("/models/{model}")
async def show_model(model: str) -> ModelBody:
    """Return the one model there is, by its name."""
    if model != MODEL:
        raise Refused(UNKNOWN_MODEL)
    return ModelBody(created=_SINCE)


class _Chunks:
    """OpenAI's chunks, all with one id and time."""

    def __init__(self, wants_usage: bool) -> None:
        self._wants_usage = wants_usage
        self._same = {"id": new_id("chatcmpl"), "object": "chat.completion.chunk", "created": int(time.time())}
        self._began = False

    def event(self, piece: Piece) -> Iterator[bytes]:
        delta: dict[str, Any] = {} if self._began else {"role": "assistant"}
        self._began = True
        delta["content"] = piece.text
        if piece.citations:
            delta["annotations"] = [annotation.model_dump(mode="json") for annotation in annotations_of(piece)]
        yield self._chunk([_choice(delta)])
        if piece.finish_reason:
            native = piece.answer and piece.answer.model_dump(mode="json")
            yield self._chunk([_choice({}, piece.finish_reason)], assistant=native)
            if self._wants_usage:
                yield self._chunk([], usage=usage_of(piece.answer).model_dump())

    def failed(self, _: Scope, problem: Problem) -> Iterator[bytes]:
        yield format_sse_event(data_str=openai_error_body(problem).model_dump_json())

    def ended(self) -> Iterator[bytes]:
        yield format_sse_event(data_str="[DONE]")

    def _chunk(self, choices: list[dict[str, Any]], **more: Any) -> bytes:
        if self._wants_usage:
            more.setdefault("usage", None)  # told in the last chunk only, as OpenAI does
        return format_sse_event(data_str=json.dumps({**self._same, "model": MODEL, "choices": choices, **more}))


def _choice(delta: dict[str, Any], finish_reason: str | None = None) -> dict[str, Any]:
    return {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish_reason}

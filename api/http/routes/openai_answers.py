"""The pieces of an answer for OpenAI's clients, whichever of its protocols they speak."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import closing
from dataclasses import replace

from fastapi import Request
from starlette.concurrency import run_in_threadpool

from api.http.observability.request_id import request_id_of
from api.http.routes.links import page_links
from api.wire.context_prompts import CONTEXT_IGNORED
from api.wire.conversation import Conversation
from api.wire.pieces import Piece, answer_pieces, within
from api.wire.task_prompts import Shape, TaskPrompt
from assistant.ask import Assistant
from assistant.events import Completed, Event


async def pieces_for(wanted: Conversation, assistant: Assistant, request: Request) -> Generator[Piece]:
    """Return the pieces in which the last message of the user is answered, within the limits of the request.

    Raises `RequestValidationError` when JSON is wanted that it cannot be answered in.
    """
    task = await run_in_threadpool(wanted.task)
    shape = wanted.shape(task)
    if task:
        pieces = _reply(task, shape, assistant)
    else:
        events = assistant.stream(wanted.question(), history=wanted.history())
        if wanted.bare.had_context:
            events = _saying_that_context_was_ignored(events)
        pieces = answer_pieces(events, request_id_of(request.scope), page_links(request))
    return within(wanted.limits(), pieces)


def _reply(task: TaskPrompt, shape: Shape | None, assistant: Assistant) -> Generator[Piece]:
    yield Piece(task.reply(assistant.rewrite, shape))
    yield Piece(finish_reason="stop")


def _saying_that_context_was_ignored(events: Generator[Event]) -> Generator[Event]:
    with closing(events):
        for event in events:
            match event:
                case Completed(answer):
                    yield Completed(replace(answer, degraded=(*answer.degraded, CONTEXT_IGNORED)))
                case _:
                    yield event

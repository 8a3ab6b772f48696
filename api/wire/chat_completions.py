"""An answer in the shape of OpenAI's chat completions, so that what speaks that protocol can ask.

The native answer is there too, whole, as `assistant`.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Literal

from api.wire.answer import AnswerBody
from api.wire.body import Body, new_id
from api.wire.limits import FinishReason
from api.wire.pieces import Piece, UrlCitation

MODEL = "cited-assistant"


class Annotation(Body):
    """A citation as OpenAI's clients know them."""

    type: Literal["url_citation"] = "url_citation"
    url_citation: UrlCitation


class ChatAnswerMessage(Body):
    """What the assistant says."""

    role: Literal["assistant"] = "assistant"
    content: str
    refusal: None = None
    annotations: list[Annotation]


class Choice(Body):
    """There is always one."""

    index: Literal[0] = 0
    message: ChatAnswerMessage
    logprobs: None = None
    finish_reason: FinishReason


class Usage(Body):
    """Tokens of a language model; 0 when none was asked, or its server told none."""

    prompt_tokens: int = 0
    completion_tokens: int = 0
    total_tokens: int = 0


class ChatBody(Body):
    """A chat completion; `assistant` is the answer of `/v1/ask`, whole, or null where nothing was asked of articles."""

    id: str
    object: Literal["chat.completion"] = "chat.completion"
    created: int
    model: str = MODEL
    choices: list[Choice]
    usage: Usage
    assistant: AnswerBody | None


class ModelBody(Body):
    """The one model there is."""

    id: str = MODEL
    object: Literal["model"] = "model"
    created: int
    owned_by: str = MODEL


class ModelsBody(Body):
    """All models."""

    object: Literal["list"] = "list"
    data: list[ModelBody]


def chat_body(pieces: Sequence[Piece]) -> ChatBody:
    """Return all pieces of a message as one completion."""
    last = pieces[-1]
    assert last.finish_reason is not None
    message = ChatAnswerMessage(
        content="".join(piece.text for piece in pieces),
        annotations=[annotation for piece in pieces for annotation in annotations_of(piece)],
    )
    return ChatBody(
        id=new_id("chatcmpl"),
        created=int(time.time()),
        choices=[Choice(message=message, finish_reason=last.finish_reason)],
        usage=usage_of(last.answer),
        assistant=last.answer,
    )


def annotations_of(piece: Piece) -> list[Annotation]:
    """Return the citations of what is added."""
    return [Annotation(url_citation=citation) for citation in piece.citations]


def usage_of(answer: AnswerBody | None) -> Usage:
    """Return the tokens that the answer took."""
    told = answer.usage if answer else {}
    return Usage(**{name: told.get(name, 0) for name in Usage.model_fields})

"""An answer in the shape of OpenAI's Responses API: one message, whole or as it is told.

Its text is the content of a chat completion, and so are its citations, in the flat shape of this protocol. The native
answer is there too, whole, as `assistant`.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Any, Literal

from api.problems import Problem
from api.wire.answer import AnswerBody
from api.wire.body import Body, Text, new_id
from api.wire.chat_completions import MODEL, usage_of
from api.wire.pieces import Piece, UrlCitation
from api.wire.response_request import ResponsesRequest

EventName = Literal[
    "response.created",
    "response.in_progress",
    "response.output_item.added",
    "response.content_part.added",
    "response.output_text.delta",
    "response.output_text.annotation.added",
    "response.output_text.done",
    "response.content_part.done",
    "response.output_item.done",
    "response.completed",
    "response.incomplete",
    "response.failed",
]

MessageStatus = Literal["in_progress", "completed", "incomplete"]


class ResponseAnnotation(UrlCitation):
    """A citation as this protocol has them."""

    type: Literal["url_citation"] = "url_citation"


class OutputText(Body):
    """The only part of a message; quotes have no probabilities."""

    type: Literal["output_text"] = "output_text"
    text: str
    annotations: list[ResponseAnnotation]
    logprobs: tuple[()] = ()


class OutputMessage(Body):
    """What the assistant says."""

    id: str
    type: Literal["message"] = "message"
    role: Literal["assistant"] = "assistant"
    status: MessageStatus
    content: list[OutputText]


class InputTokensDetails(Body):
    """Nothing is known of caches."""

    cached_tokens: Literal[0] = 0
    cache_write_tokens: Literal[0] = 0


class OutputTokensDetails(Body):
    """Nothing is known of reasoning."""

    reasoning_tokens: Literal[0] = 0


class ResponseUsage(Body):
    """Tokens of a language model; 0 when none was asked, or its server told none."""

    input_tokens: int
    input_tokens_details: InputTokensDetails = InputTokensDetails()
    output_tokens: int
    output_tokens_details: OutputTokensDetails = OutputTokensDetails()
    total_tokens: int


class IncompleteDetails(Body):
    """Why the text ends before its end."""

    reason: Literal["max_output_tokens"] = "max_output_tokens"


class ResponseErrorBody(Body):
    """Why a stream failed that had begun."""

    code: str
    message: str


class ResponseBody(Body):
    """A response; `assistant` is the answer of `/v1/ask`, whole, or null where nothing was asked of articles."""

    id: str
    object: Literal["response"] = "response"
    created_at: int
    completed_at: int | None = None
    status: Literal["in_progress", "completed", "incomplete", "failed"]
    error: ResponseErrorBody | None = None
    incomplete_details: IncompleteDetails | None = None
    model: str = MODEL
    output: list[OutputMessage]
    usage: ResponseUsage | None = None
    instructions: None = None
    max_output_tokens: int | None = None
    metadata: dict[Text, Text]
    parallel_tool_calls: Literal[False] = False
    previous_response_id: None = None
    store: Literal[False] = False
    temperature: None = None
    tool_choice: Literal["none"] = "none"
    tools: tuple[()] = ()
    top_p: None = None
    assistant: AnswerBody | None = None


class ResponseSoFar:
    """A response as far as it was told; it has one id and one message from its beginning to its end."""

    def __init__(self, wanted: ResponsesRequest) -> None:
        self.message_id = new_id("msg")
        self._text = ""
        self._annotations: list[ResponseAnnotation] = []
        self._same: dict[str, Any] = {
            "id": new_id("resp"),
            "created_at": int(time.time()),
            "max_output_tokens": wanted.max_output_tokens,
            "metadata": wanted.metadata or {},
        }

    def add(self, piece: Piece) -> list[ResponseAnnotation]:
        """Add to the text; return the annotations of what was added."""
        added = [ResponseAnnotation(**dict(citation)) for citation in piece.citations]
        self._text += piece.text
        self._annotations += added
        return added

    def part(self) -> OutputText:
        return OutputText(text=self._text, annotations=list(self._annotations))

    def message(self, status: MessageStatus) -> OutputMessage:
        return OutputMessage(id=self.message_id, status=status, content=[self.part()])

    def begun(self) -> ResponseBody:
        """Return the response before anything is told."""
        return ResponseBody(**self._same, status="in_progress", output=[])

    def failed(self, problem: Problem) -> ResponseBody:
        """Return the response that ends with `problem`; what was told stays."""
        error = ResponseErrorBody(code=problem.code, message=problem.meaning)
        output = [self.message("incomplete")] if self._text else []
        return ResponseBody(**self._same, status="failed", error=error, output=output)

    def ended(self, last: Piece) -> ResponseBody:
        """Return the whole response, whose `last` piece was added."""
        told = usage_of(last.answer)
        same: dict[str, Any] = self._same | {
            "usage": ResponseUsage(
                input_tokens=told.prompt_tokens, output_tokens=told.completion_tokens, total_tokens=told.total_tokens
            ),
            "assistant": last.answer,
        }
        if last.finish_reason == "length":
            cut = self.message("incomplete")
            return ResponseBody(**same, status="incomplete", incomplete_details=IncompleteDetails(), output=[cut])
        return ResponseBody(
            **same, status="completed", completed_at=int(time.time()), output=[self.message("completed")]
        )


def response_body(pieces: Iterable[Piece], wanted: ResponsesRequest) -> ResponseBody:
    """Return all pieces of a message, at least one, as one response."""
    response = ResponseSoFar(wanted)
    for piece in pieces:
        response.add(piece)
    return response.ended(piece)

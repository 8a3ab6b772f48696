"""What OpenAI's Responses API is asked with, beside what all conversations are.

Nothing is kept between two requests: what only a service that keeps conversations could do is refused.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, StringConstraints

from api.wire.conversation import (
    ChatMessage,
    Conversation,
    Ignoring,
    Messages,
    TextFormat,
    Tokens,
    characters_of,
    no_probabilities,
)
from api.wire.limits import Limits
from api.wire.task_prompts import Said
from api.wire.unsupported import unsupported

_REFERENCES = ("item_reference", "compaction")
"""Items that stand for messages that only OpenAI could look up."""

_OF_A_TOOL = {"role": "tool"}
"""Stands where an item was that is no message: reasoning, calls of tools and what they gave."""


def _as_messages(given: Any) -> Any:
    if isinstance(given, str):
        return [{"role": "user", "content": given}]
    return [_as_message(item) for item in given] if isinstance(given, list) else given


def _as_message(item: Any) -> Any:
    kind = item.get("type") if isinstance(item, dict) else None
    if kind in (None, "message"):
        return item
    if kind in _REFERENCES:
        raise unsupported("Nothing is kept of conversations: send all messages in input, not references to them")
    return _OF_A_TOOL


def _unless_kept(given: Any) -> Any:
    if given is not None:
        raise unsupported("Nothing is kept of conversations, and no prompts: send all messages in input")
    return given


def _not_stored(store: bool | None) -> bool | None:
    if store:
        raise unsupported("No responses are stored here: leave store out, or let it be false")
    return store


def _not_in_background(background: bool | None) -> bool | None:
    if background:
        raise unsupported("Nothing is answered in the background: leave background out, or let it be false")
    return background


def _not_moderated(moderation: Any) -> Any:
    if moderation is not None:
        raise unsupported("Nothing is moderated here: leave moderation out")
    return moderation


def _no_probabilities_included(include: list[str] | None) -> list[str] | None:
    no_probabilities("message.output_text.logprobs" in (include or ()))
    return include


class TextConfig(Ignoring):
    """In which `format` the text is wanted."""

    format: TextFormat | None = None


_OfElsewhere = Annotated[Any, AfterValidator(_unless_kept)]
_Name = Annotated[str, StringConstraints(max_length=64)]
_Value = Annotated[str, StringConstraints(max_length=512)]


class ResponsesRequest(Conversation):
    """The last message of the user in `input` is the question; the ones before it are the conversation."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"input": "what does China say about semiconductors?"}]})

    messages: Annotated[Messages, BeforeValidator(_as_messages, json_schema_input_type=str | list[ChatMessage])] = (
        Field(alias="input", description="A question, or messages; items of other types are left out.")
    )
    instructions: str | None = None
    max_output_tokens: Tokens | None = None
    metadata: Annotated[dict[_Name, _Value] | None, Field(max_length=16)] = None
    text: TextConfig | None = None
    previous_response_id: _OfElsewhere = None
    conversation: _OfElsewhere = None
    prompt: _OfElsewhere = None
    store: Annotated[bool | None, AfterValidator(_not_stored)] = None
    background: Annotated[bool | None, AfterValidator(_not_in_background)] = None
    moderation: Annotated[Any, AfterValidator(_not_moderated)] = None
    include: Annotated[list[str] | None, AfterValidator(_no_probabilities_included)] = None
    top_logprobs: Annotated[int | None, AfterValidator(no_probabilities)] = None

    def said(self) -> list[Said]:
        instructions = [("system", self.instructions)] if self.instructions else []
        return [*instructions, *super().said()]

    def format(self) -> tuple[str, TextFormat | None]:
        return "text.format", self.text.format if self.text else None

    def limits(self) -> Limits:
        return Limits(characters=characters_of(self.max_output_tokens))

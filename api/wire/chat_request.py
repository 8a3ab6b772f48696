"""What OpenAI's chat completions are asked with, beside what all conversations are."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator, ConfigDict, Field, StringConstraints, field_validator

from api.wire.conversation import (
    Conversation,
    Ignoring,
    TextFormat,
    Tokens,
    ToolChoice,
    Tools,
    characters_of,
    no_probabilities,
)
from api.wire.limits import Limits
from api.wire.unsupported import unsupported


class StreamOptions(Ignoring):
    """`include_usage` adds a chunk without choices at the end."""

    include_usage: bool = False


class JsonSchema(Ignoring):
    """The schema of a `response_format`."""

    schema_: Annotated[dict[str, Any] | None, Field(alias="schema")] = None


class ResponseFormat(Ignoring):
    """`text`, or JSON of any shape or of a schema."""

    type: str
    json_schema: JsonSchema | None = None

    def as_text_format(self) -> TextFormat:
        return TextFormat(type=self.type, schema=(self.json_schema.schema_ or {}) if self.json_schema else None)


_Stop = Annotated[str, StringConstraints(min_length=1, max_length=1_000)]


class ChatRequest(Conversation):
    """The last message of the user is the question; the ones before it are the conversation."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"messages": [{"role": "user", "content": "what does China say about semiconductors?"}]}]
        }
    )

    stream_options: StreamOptions | None = None
    stop: _Stop | Annotated[list[_Stop], Field(max_length=4)] | None = None
    max_tokens: Tokens | None = None
    max_completion_tokens: Tokens | None = None
    n: int | None = None
    response_format: ResponseFormat | None = None
    function_call: ToolChoice = None
    functions: Tools = None
    logprobs: Annotated[bool | None, AfterValidator(no_probabilities)] = None
    top_logprobs: Annotated[int | None, AfterValidator(no_probabilities)] = None
    logit_bias: Annotated[dict[str, Any] | None, AfterValidator(no_probabilities)] = None
    modalities: list[str] | None = None
    web_search_options: dict[str, Any] | None = None

    @field_validator("n")
    @classmethod
    def _one_answer(cls, n: int | None) -> int | None:
        if n not in (None, 1):
            raise unsupported("There is one answer to a question: leave n out, or let it be 1")
        return n

    @field_validator("modalities")
    @classmethod
    def _written(cls, modalities: list[str] | None) -> list[str] | None:
        if modalities and set(modalities) != {"text"}:
            raise unsupported("Answers are text alone: leave modalities out")
        return modalities

    @field_validator("web_search_options")
    @classmethod
    def _from_articles(cls, options: dict[str, Any] | None) -> dict[str, Any] | None:
        if options is not None:
            raise unsupported("Answers come from the articles alone, not from the web: leave web_search_options out")
        return options

    def format(self) -> tuple[str, TextFormat | None]:
        return "response_format", self.response_format.as_text_format() if self.response_format else None

    def wants_usage(self) -> bool:
        return self.stream_options is not None and self.stream_options.include_usage

    def limits(self) -> Limits:
        stop = [self.stop] if isinstance(self.stop, str) else self.stop or []
        tokens = [most for most in (self.max_tokens, self.max_completion_tokens) if most is not None]
        return Limits(tuple(stop), characters_of(min(tokens, default=None)))

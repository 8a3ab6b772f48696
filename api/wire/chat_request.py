"""What OpenAI's chat completions are asked with, and what of it is honoured.

Parameters that say how a language model samples (`temperature`, `seed`, ...) are ignored: nothing is sampled. What
would change what a client gets, and cannot be done, is refused in a sentence: a client that is not told waits for tool
calls, for JSON or for a second choice that never come.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from api.wire.limits import CHARACTERS_OF_A_TOKEN, Limits
from api.wire.markdown import from_markdown
from api.wire.task_prompts import Shape, TaskPrompt, task_of, usual_shape
from api.wire.unsupported import unsupported, unsupported_field
from assistant.conversation.rewriter import MAX_MESSAGE_CHARACTERS, MAX_MESSAGES, Message


class _Ignoring(BaseModel):
    """Clients send parameters of many makers; those that mean nothing here do no harm."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class Part(_Ignoring):
    """A piece of a message. Only `text` can be read; pictures, files, sound and what else there is are left out."""

    type: str
    text: Annotated[Any, Field(validate_default=True)] = None

    @field_validator("text")
    @classmethod
    def _read(cls, text: Any, info: ValidationInfo) -> Any:
        if info.data.get("type") == "text" and not isinstance(text, str):
            raise PydanticCustomError("string_type", "The text of a part is a string")
        return text

    @property
    def is_text(self) -> bool:
        return self.type == "text"


class ChatMessage(_Ignoring):
    """One message. Only those of `user` and `assistant` count; articles are the only instructions there are."""

    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: str | Annotated[list[Part], Field(max_length=1_000, fail_fast=True)] | None = None

    def text(self) -> str:
        if isinstance(self.content, list):
            return "\n".join(part.text for part in self.content if part.is_text)
        return self.content or ""

    def holds_no_text(self) -> bool:
        """Whether all that it holds is something else."""
        return isinstance(self.content, list) and bool(self.content) and not any(one.is_text for one in self.content)


def _as_said(message: ChatMessage) -> str:
    # What we said comes back as it went out.
    return from_markdown(message.text()) if message.role == "assistant" else message.text()


class StreamOptions(_Ignoring):
    """`include_usage` adds a chunk without choices at the end."""

    include_usage: bool = False


class JsonSchema(_Ignoring):
    """The schema of a `response_format`."""

    schema_: Annotated[dict[str, Any], Field(alias="schema")] = {}


class ResponseFormat(_Ignoring):
    """`text`, or JSON of any shape or of a schema."""

    type: str
    json_schema: JsonSchema | None = None

    def shape(self, task: TaskPrompt) -> Shape | None:
        """Return the JSON in which a task prompt is to be answered; None where no such JSON can be told."""
        if self.json_schema is None:
            return task.shape or usual_shape(task.task)
        properties = self.json_schema.schema_.get("properties")
        if not isinstance(properties, dict) or len(properties) != 1:
            return None
        ((name, described),) = properties.items()
        return Shape(name, is_list=isinstance(described, dict) and described.get("type") == "array")


_Stop = Annotated[str, StringConstraints(min_length=1, max_length=1_000)]
_Tokens = Annotated[int, Field(ge=1)]


class ChatRequest(_Ignoring):
    """The last message of the user is the question; the ones before it are the conversation."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"messages": [{"role": "user", "content": "what does China say about semiconductors?"}]}]
        }
    )

    messages: Annotated[list[ChatMessage], Field(min_length=1, max_length=1_000, fail_fast=True)]
    stream: bool | None = False
    stream_options: StreamOptions | None = None
    stop: _Stop | Annotated[list[_Stop], Field(max_length=4)] | None = None
    max_tokens: _Tokens | None = None
    max_completion_tokens: _Tokens | None = None
    n: int | None = None
    response_format: ResponseFormat | None = None
    tool_choice: str | dict[str, Any] | None = None
    tools: list[Any] | None = None
    function_call: str | dict[str, Any] | None = None
    functions: list[Any] | None = None
    logprobs: bool | None = None
    top_logprobs: int | None = None
    logit_bias: dict[str, Any] | None = None
    modalities: list[str] | None = None
    web_search_options: dict[str, Any] | None = None

    @field_validator("messages")
    @classmethod
    def _ask_in_words(cls, messages: list[ChatMessage]) -> list[ChatMessage]:
        asked = next((message for message in reversed(messages) if message.role == "user"), None)
        if asked and asked.holds_no_text():
            raise unsupported("Only text is read, and the last message of the user holds something else alone")
        return messages

    @field_validator("n")
    @classmethod
    def _one_answer(cls, n: int | None) -> int | None:
        if n not in (None, 1):
            raise unsupported("There is one answer to a question: leave n out, or let it be 1")
        return n

    @field_validator("tool_choice", "function_call")
    @classmethod
    def _no_tool(cls, choice: str | dict[str, Any] | None) -> str | dict[str, Any] | None:
        if choice not in (None, "none", "auto"):
            raise unsupported("No tools are called here: leave tool_choice out, or let it be none")
        return choice

    @field_validator("tools", "functions")
    @classmethod
    def _no_tools(cls, tools: list[Any] | None, info: ValidationInfo) -> list[Any] | None:
        chosen = info.data.get("function_call" if info.field_name == "functions" else "tool_choice")
        if tools and chosen != "none":
            raise unsupported("No tools are called here: leave tools out, or let tool_choice be none")
        return tools

    @field_validator("logprobs", "top_logprobs", "logit_bias")
    @classmethod
    def _no_probabilities(cls, wanted: Any) -> Any:
        if wanted:
            raise unsupported("Answers are quotes, which have no probabilities of tokens: leave this field out")
        return wanted

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

    def task(self) -> TaskPrompt | None:
        """Return what a chat client asks for itself; None where somebody asks a question. Long prompts take a while."""
        return task_of([(message.role, message.text()) for message in self.messages])

    def shape(self, task: TaskPrompt | None) -> Shape | None:
        """Return the JSON that is asked for beside the prompt; refuse any that this request cannot be answered in."""
        wanted = self.response_format
        if wanted is None or wanted.type == "text":
            return None
        if task and (shape := wanted.shape(task)):
            return shape
        sentence = "Answers are text with citations, not JSON: leave response_format out, or let it be text"
        raise unsupported_field("response_format", sentence)

    def question(self) -> str:
        """Return the last message of the user; empty when there is none."""
        return next((message.text() for message in reversed(self.messages) if message.role == "user"), "")

    def history(self) -> list[Message]:
        asked = max((n for n, message in enumerate(self.messages) if message.role == "user"), default=0)
        messages = [
            Message(message.role, _as_said(message)[:MAX_MESSAGE_CHARACTERS])
            for message in self.messages[:asked]
            if message.role in ("user", "assistant")
        ]
        return messages[-MAX_MESSAGES:]

    def wants_usage(self) -> bool:
        return self.stream_options is not None and self.stream_options.include_usage

    def limits(self) -> Limits:
        """Return where the content is to end."""
        stop = [self.stop] if isinstance(self.stop, str) else self.stop or []
        tokens = [most for most in (self.max_tokens, self.max_completion_tokens) if most is not None]
        return Limits(tuple(stop), min(tokens) * CHARACTERS_OF_A_TOKEN if tokens else None)

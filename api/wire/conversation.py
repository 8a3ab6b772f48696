"""What a conversation is asked with over OpenAI's protocols, and what of it is honoured: what they all have in common.

Parameters that say how a language model samples (`temperature`, `seed`, ...) are ignored: nothing is sampled. What
would change what a client gets, and cannot be done, is refused in a sentence: a client that is not told waits for JSON,
for a second choice or for the call of a tool that never come. Tools that may be called are taken, and none ever is.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from api.wire.context_prompts import Bare, bare
from api.wire.limits import CHARACTERS_OF_A_TOKEN, Limits
from api.wire.markdown import from_markdown
from api.wire.task_prompts import Said, Shape, TaskPrompt, task_of, usual_shape
from api.wire.unsupported import unsupported, unsupported_field
from assistant.conversation.rewriter import MAX_MESSAGE_CHARACTERS, MAX_MESSAGES, Message
from index.encoders.encoder_input import without_surrogates

_TEXT_PARTS = ("text", "input_text", "output_text")


class Ignoring(BaseModel):
    """Clients send parameters of many makers; those that mean nothing here do no harm."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class Part(Ignoring):
    """A piece of a message. Only text can be read; pictures, files, sound and what else there is are left out."""

    type: str
    text: Annotated[Any, Field(validate_default=True)] = None

    @field_validator("text")
    @classmethod
    def _read(cls, text: Any, info: ValidationInfo) -> Any:
        if info.data.get("type") in _TEXT_PARTS and not isinstance(text, str):
            raise PydanticCustomError("string_type", "The text of a part is a string")
        return text

    @property
    def is_text(self) -> bool:
        return self.type in _TEXT_PARTS


class ChatMessage(Ignoring):
    """One message. Only those of `user` and `assistant` count; articles are the only instructions there are."""

    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: str | Annotated[list[Part], Field(max_length=1_000, fail_fast=True)] | None = None

    def text(self) -> str:
        """Return all text of the message; JSON may bring lone surrogates, which cannot be written out again."""
        if isinstance(self.content, list):
            return without_surrogates("\n".join(part.text for part in self.content if part.is_text))
        return without_surrogates(self.content or "")

    def holds_no_text(self) -> bool:
        """Whether all that it holds is something else."""
        return isinstance(self.content, list) and bool(self.content) and not any(one.is_text for one in self.content)


def _ask_in_words(messages: list[ChatMessage]) -> list[ChatMessage]:
    asked = next((message for message in reversed(messages) if message.role == "user"), None)
    if asked and asked.holds_no_text():
        raise unsupported("Only text is read, and the last message of the user holds something else alone")
    return messages


def _no_tool(choice: str | dict[str, Any] | None) -> str | dict[str, Any] | None:
    if choice not in (None, "none", "auto"):
        raise unsupported("No tools are called here: leave tool_choice out, or let it be auto or none")
    return choice


def no_probabilities(wanted: Any) -> Any:
    """Refuse to tell how likely tokens were, unless nothing of the kind is `wanted`."""
    if wanted:
        raise unsupported("Answers are quotes, which have no probabilities of tokens: leave this field out")
    return wanted


Messages = Annotated[
    list[ChatMessage], Field(min_length=1, max_length=1_000, fail_fast=True), AfterValidator(_ask_in_words)
]
ToolChoice = Annotated[str | dict[str, Any] | None, AfterValidator(_no_tool)]
Tools = Annotated[list[dict[str, Any]], Field(max_length=1_000, fail_fast=True)] | None
Tokens = Annotated[int, Field(ge=1)]


class TextFormat(Ignoring):
    """`text`, or JSON of any shape or of a `schema`."""

    type: str
    schema_: Annotated[dict[str, Any] | None, Field(alias="schema")] = None

    def shape(self, task: TaskPrompt) -> Shape | None:
        """Return the JSON in which a task prompt is to be answered; None where no such JSON can be told."""
        if self.schema_ is None:
            return task.shape or usual_shape(task.task)
        properties = self.schema_.get("properties")
        if not isinstance(properties, dict) or len(properties) != 1:
            return None
        ((name, described),) = properties.items()
        return Shape(name, is_list=isinstance(described, dict) and described.get("type") == "array")


class Conversation(Ignoring, ABC):
    """The last message of the user is the question; the ones before it are the conversation."""

    messages: Messages
    stream: bool | None = False
    tool_choice: ToolChoice = None
    tools: Tools = None

    @abstractmethod
    def limits(self) -> Limits:
        """Return where the content is to end."""

    @abstractmethod
    def format(self) -> tuple[str, TextFormat | None]:
        """Return the field that says in which format the content is wanted, and what it says."""

    def said(self) -> list[Said]:
        """Return all that was sent, in order."""
        return [(message.role, message.text()) for message in self.messages]

    @cached_property
    def bare(self) -> Bare:
        """What was said without passages that the client put into it. Long prompts take a while."""
        return bare(self.said())

    def task(self) -> TaskPrompt | None:
        """Return what a chat client asks for itself; None where somebody asks a question. Long prompts take a while."""
        return task_of(self.bare.said)

    def shape(self, task: TaskPrompt | None) -> Shape | None:
        """Return the JSON that is asked for beside the prompt; refuse any that this request cannot be answered in."""
        field, wanted = self.format()
        if wanted is None or wanted.type == "text":
            return None
        if task and (shape := wanted.shape(task)):
            return shape
        raise unsupported_field(
            field, f"Answers are text with citations, not JSON: leave {field} out, or let it be text"
        )

    def question(self) -> str:
        """Return the last message of the user; empty when there is none."""
        return next((text for role, text in reversed(self.bare.said) if role == "user"), "")

    def history(self) -> list[Message]:
        """Return what was said before the question, as far as it is looked at."""
        said = self.bare.said
        asked = max((n for n, (role, _) in enumerate(said) if role == "user"), default=0)
        turns = [turn for role, text in said[:asked] for turn in _turn(role, text)]
        return turns[-MAX_MESSAGES:]


def _turn(role: str, text: str) -> Iterator[Message]:
    match role:
        case "user":
            yield Message("user", text[:MAX_MESSAGE_CHARACTERS])
        case "assistant" if text:  # what we said comes back as it went out; others' calls of tools have no text
            yield Message("assistant", from_markdown(text)[:MAX_MESSAGE_CHARACTERS])


def characters_of(tokens: int | None) -> int | None:
    """Return how many characters so many tokens are, about; None for no limit."""
    return None if tokens is None else tokens * CHARACTERS_OF_A_TOKEN

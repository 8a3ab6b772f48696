"""The language model that is configured, if one is: text in, text out, within limits of time.

What a model writes is text from outside like any other: whoever asks it checks what comes back.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from math import ceil
from typing import Any, Literal, Protocol

_THOUGHTS = re.compile(r"^\s*<think>.*?(?:</think>|$)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class ChatMessage:
    """One message to a chat model."""

    role: Literal["system", "user", "assistant"]
    content: str


@dataclass(frozen=True, slots=True)
class TimeLimits:
    """Seconds until the first piece of text, and until the last."""

    first: float
    whole: float


@dataclass(slots=True)
class TokenUsage:
    """Tokens of several calls, as far as servers tell them."""

    prompt: int = 0
    completion: int = 0

    def add(self, prompt: int, completion: int) -> None:
        self.prompt += prompt
        self.completion += completion

    def told(self) -> dict[str, int]:
        """Return the counts by the names that OpenAI gives them; nothing where no server told any."""
        if not self.prompt and not self.completion:
            return {}
        total = self.prompt + self.completion
        return {"prompt_tokens": self.prompt, "completion_tokens": self.completion, "total_tokens": total}


def object_schema(properties: Mapping[str, Any]) -> dict[str, Any]:
    """Return the JSON schema of an object that has all these properties and no others."""
    return {
        "type": "object",
        "properties": dict(properties),
        "required": list(properties),
        "additionalProperties": False,
    }


class LanguageModel(Protocol):
    """A chat model. Safe to use from several threads."""

    @property
    def name(self) -> str:
        """Name by which the settings know it; nothing secret."""

    @property
    def follows_schemas(self) -> bool:
        """Whether it can be held to a JSON schema, as far as is known yet."""

    def stream(
        self,
        messages: Sequence[ChatMessage],
        limits: TimeLimits,
        usage: TokenUsage,
        schema: Mapping[str, Any] | None = None,
    ) -> Generator[str]:
        """Yield the text in pieces, as they come; add its tokens to `usage` at the end. Closing it stops the model.

        Raises `ModelTimedOut` when a limit has passed, `SchemaRefused` when the model cannot be held to `schema` (then
        `follows_schemas` is false from now on), and `ModelUnavailable`, mostly as one of its kinds, for every other
        failure, but `CutOff` behind the last piece of a text that has become too long. `SchemaRefused` and
        `ContextTooLong` come before the first piece or not at all. `NobodyWaits` comes soon after the asker has left
        (`assistant.language_models.hanging_up`).
        """


def complete(model: LanguageModel, system: str, user: str, seconds: float, usage: TokenUsage) -> str:
    """Return the whole text of one short completion. Raise what `LanguageModel.stream` raises."""
    messages = (ChatMessage("system", system), ChatMessage("user", user))
    with closing(model.stream(messages, TimeLimits(seconds, seconds), usage)) as pieces:
        return "".join(pieces)


def without_thoughts(text: str) -> str:
    """Return the text behind a model's thoughts; nothing while it still thinks aloud."""
    return _THOUGHTS.sub("", text)


def on_one_line(text: str) -> str:
    """Squeeze white space: the lines of a prompt mean something."""
    return " ".join(text.split())


_CHARACTERS_A_TOKEN = 3.5
"""Of Latin text; tokenizers of today reach about 4.5 in English prose, and less in other languages and in figures."""


def about_tokens(text: str) -> int:
    """Return about how many tokens a text takes, rather too many: of letters beyond Latin ones, each may be one."""
    latin = sum(letter < "\u0250" for letter in text)
    return ceil(latin / _CHARACTERS_A_TOKEN) + len(text) - latin + 1

"""Rewriters: a follow-up becomes a question that stands by itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

from assistant.conversation.wishes import Wish
from assistant.language_models.language_model import TokenUsage

MAX_MESSAGES, MAX_MESSAGE_CHARACTERS = 50, 20_000
"""Of a conversation that any interface takes; much less of it is looked at."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message of the conversation so far."""

    role: Literal["user", "assistant"]
    content: str


@dataclass(frozen=True, slots=True)
class Rewritten:
    """A rewritten question.

    `question` can be asked by itself. `before` is what was asked before it, where anything was: it says what even such
    a question may leave unsaid, so passages are looked for with and without it. `wish` is what was wished instead of
    an answer to something new: then `question` is the last one that was asked, and `said` what was answered so far.
    `usage` are the tokens that a language model took for it.
    """

    question: str
    before: str | None = None
    wish: Wish | None = None
    said: tuple[str, ...] = ()
    usage: TokenUsage = field(default_factory=TokenUsage, compare=False)

    def other_than(self, typed: str) -> str | None:
        """Return `question`, to be shown to people, where it differs from what was typed; else None."""
        return self.question if self.question != typed else None


class Rewriter(Protocol):
    """Turns a follow-up into a question that can be asked without its conversation."""

    def rewrite(self, question: str, history: Sequence[Message]) -> Rewritten:
        """Return `question` in full words.

        `history` is oldest first, and may hold anything: only what users typed and names are taken from it.
        """

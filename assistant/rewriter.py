"""Making a follow-up stand by itself: the seam for conversation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol


@dataclass(frozen=True, slots=True)
class Turn:
    """One message of the conversation so far."""

    role: Literal["user", "assistant"]
    content: str


@dataclass(frozen=True, slots=True)
class Rewritten:
    """`question` can be asked by itself. `before` is what was asked before it, where anything was: it says what even
    such a question may leave unsaid, so passages are looked for with and without it."""

    question: str
    before: str | None = None


class Rewriter(Protocol):
    """Turns a follow-up into a question that can be asked without its conversation."""

    def rewrite(self, question: str, history: Sequence[Turn]) -> Rewritten:
        """`history` is oldest first, and may hold anything: only what users typed and names are taken from it."""


class AsTyped:
    """Leaves every question as it is."""

    def rewrite(self, question: str, history: Sequence[Turn]) -> Rewritten:  # noqa: ARG002 - part of the protocol
        return Rewritten(question)

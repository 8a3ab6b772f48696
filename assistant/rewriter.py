"""Making a follow-up stand by itself. The seam for conversation: for now a question is taken as it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol


@dataclass(frozen=True, slots=True)
class Turn:
    """One message of the conversation so far."""

    role: Literal["user", "assistant"]
    content: str


class Rewriter(Protocol):
    """Turns a follow-up into a question that can be asked without its conversation."""

    def standalone(self, question: str, history: Sequence[Turn]) -> str: ...


class AsTyped:
    """Leaves every question as it is."""

    def standalone(self, question: str, history: Sequence[Turn]) -> str:  # noqa: ARG002 - part of the protocol
        return question

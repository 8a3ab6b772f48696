"""Language models of this process that say what they are told to, well or hostile."""

from __future__ import annotations

import json
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from assistant.language_models.language_model import ChatMessage, TimeLimits, TokenUsage


@dataclass
class ScriptedModel:
    """Says the pieces that `script` makes of the user message; a piece that is an exception is raised.

    Each call takes `tokens`: of the prompt, of the completion.
    """

    script: Callable[[str], Sequence[str | Exception]]
    follows_schemas: bool = True
    name: str = "scripted"
    asked: list[Sequence[ChatMessage]] = field(default_factory=list)
    closed: int = 0
    tokens: tuple[int, int] = (0, 0)

    def stream(
        self,
        messages: Sequence[ChatMessage],
        limits: TimeLimits,
        usage: TokenUsage,
        schema: Mapping[str, Any] | None = None,
    ) -> Generator[str]:
        self.asked.append(messages)
        usage.add(*self.tokens)
        try:
            for piece in self.script(messages[-1].content):
                if isinstance(piece, Exception):
                    raise piece
                yield piece
        finally:
            self.closed += 1


def as_json(*sentences: tuple[str, Sequence[object]] | tuple[str, Sequence[object], str, str]) -> list[str]:
    """What a well-behaved model writes, in small pieces: text, numbers, and if it likes first and last words."""
    names = ("text", "evidence", "begins", "ends")
    objects = [dict(zip(names, (text, list(numbers), *span), strict=False)) for text, numbers, *span in sentences]
    text = json.dumps({"sentences": objects})
    return [text[start : start + 7] for start in range(0, len(text), 7)]


def evidence_lines(user: str) -> dict[int, str]:
    """The numbered lines of a prompt."""
    lines = {}
    for line in user.splitlines():
        if line.startswith("[") and "] " in line:
            number, _, rest = line[1:].partition("] ")
            lines[int(number)] = rest.partition(" (before it: ")[0]
    return lines

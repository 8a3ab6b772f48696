"""Where the text of a chat completion or response ends before its end: at a stop sequence, or when it is long."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

CHARACTERS_OF_A_TOKEN = 4
"""About as many as a token of a language model has in English; whose tokens a client counts is not known."""

FinishReason = Literal["stop", "length"]


@dataclass(frozen=True, slots=True)
class Limits:
    """`stop` are texts before which the content ends; it has at most so many `characters`. Sentences are whole or left
    out: half of a quote would be none."""

    stop: tuple[str, ...] = ()
    characters: int | None = None

    def end_before(self, addition: str, told: str) -> FinishReason | None:
        """Return why `addition` and all that follows it is left out after what was `told`; None where it is not."""
        if any(stop in told[max(0, len(told) - len(stop) + 1) :] + addition for stop in self.stop):
            return "stop"
        if self.characters is not None and len(told) + len(addition) > self.characters:
            return "length"
        return None

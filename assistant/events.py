"""An answer as it comes: what happens on the way to it, in order, for those who watch.

`Started`, `Found`, then `Wrote` for each sentence, at most once `Withdrawn` (after which sentences follow anew), and
always `Completed` as the last.
"""

from __future__ import annotations

from dataclasses import dataclass

from assistant.answer import Answer, Citation, Sentence
from index.hit import Hit


@dataclass(frozen=True, slots=True)
class Started:
    """The index is searched; `generation` is what was searched, `standalone_question` for what, if not as typed."""

    mode: str
    generation: str | None
    standalone_question: str | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """The passages that the answer may rest on, best first; every citation's hit is among them."""

    hits: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class Wrote:
    """A sentence that was verified. `delta` is what it adds to the text so far, the space before it included."""

    delta: str
    sentence: Sentence
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """What was written so far does not stand."""

    reason: str


@dataclass(frozen=True, slots=True)
class Completed:
    """The whole answer. Its text is what the `Wrote` since the last `Withdrawn` add up to."""

    answer: Answer


Event = Started | Found | Wrote | Withdrawn | Completed

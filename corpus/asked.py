"""What readers ask: their questions, counted by day, as far as the operator has them kept."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from typing import Literal

AskedOutcome = Literal["answered", "partial", "no_answer"]

MOST_KEPT = 100_000
"""Different questions of different days: 20 MB. Beyond, those that are kept are counted on, and none is added."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that was asked on a UTC day, and what became of it; who asked is not kept."""

    question: str
    outcome: AskedOutcome
    day: date

    @property
    def id(self) -> str:
        return question_id(self.question)


@dataclass(frozen=True, slots=True)
class AskedCount:
    """How often a question was asked, in one of its wordings, and on which UTC day last."""

    id: str
    question: str
    times: int
    last: date


def question_id(question: str) -> str:
    """Return the id of a question: the same for texts that differ in case and spaces only."""
    told = " ".join(question.split()).casefold()
    return "q-" + hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()[:16]

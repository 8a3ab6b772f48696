"""Readers' feedback on answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Rating = Literal["up", "down"]


@dataclass(frozen=True, slots=True)
class Feedback:
    """One reader's word on one answer: `question` and `answer` are what the reader's client wanted kept.

    `received` is UTC; `key_id` is None for whoever came without a key.
    """

    answer_id: str
    rating: Rating
    comment: str | None
    question: str | None
    answer: str | None
    received: datetime
    key_id: str | None = None

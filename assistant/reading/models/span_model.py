"""Interface of reading models, and their readings of one question and one passage."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from assistant.query.kind import QuestionKind

LONGEST_ANSWER = 24
"""Tokens. A longer span is a sentence, which is quoted anyway; of the answers people marked in SQuADShifts, 98 of 100
are shorter."""


class AnswerSpan(NamedTuple):
    """Span of an answer: [start, end) of the passage, in code points.

    `score` is its log-odds against "no answer here".
    """

    start: int
    end: int
    score: float


@dataclass(frozen=True, slots=True)
class Reading:
    """A model's reading of one passage.

    `tokens` has shape (n, 2): [start, end) of each token of the passage, in code points, in order. `starts` and `ends`,
    shape (n,), are the logits that an answer starts and ends at each, less those that there is none. `answers` are the
    log-odds that the passage answers the question at all, `yes` those that its answer is yes; 0 of a model that was
    not trained to tell.
    """

    tokens: NDArray[np.int32]
    starts: NDArray[np.float32]
    ends: NDArray[np.float32]
    answers: float
    yes: float = 0.0

    def best_span(self, start: int, end: int) -> AnswerSpan | None:
        """Return the likeliest answer inside [start, end) of the passage; None when no token lies in it."""
        first = int(np.searchsorted(self.tokens[:, 0], start, side="left"))
        last = int(np.searchsorted(self.tokens[:, 1], end, side="right"))
        if first >= last:
            return None
        scores = self.starts[first:last, None] + self.ends[None, first:last]
        scores = np.where(_possible(last - first), scores, -np.inf)
        begin, stop = np.unravel_index(int(scores.argmax()), scores.shape)
        return AnswerSpan(
            int(self.tokens[first + begin, 0]), int(self.tokens[first + stop, 1]), float(scores[begin, stop])
        )


class ReadingModel(Protocol):
    """A reading model. Safe to use from several threads."""

    @property
    def fingerprint(self) -> str:
        """Identify the model: equal fingerprints read alike, so calibration names it."""

    def warm_up(self) -> None:
        """Load what reading needs. Raises `ReadingModelUnavailable`."""

    def read(self, question: str, passages: Sequence[tuple[str, str]]) -> list[Reading]:
        """Return one reading for each (title, text), in their order. The end of a very long text is not read."""

    def kind_of(self, question: str) -> QuestionKind | None:
        """Return the kind of a question; None where it is not sure, or was not trained to tell."""


def _possible(size: int) -> NDArray[np.bool_]:
    """Return which (first, last) token pairs are spans: shape (size, size)."""
    lengths = np.arange(size)[None, :] - np.arange(size)[:, None] + 1
    return np.asarray((lengths > 0) & (lengths <= LONGEST_ANSWER))

"""Listing what readers ask: most often, without an answer, or with an answer that was badly rated."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from assistant.asked.grouping import group_alike
from assistant.asked.kinds import AskedKind
from corpus.asked import AskedCount, question_id
from corpus.feedback import Feedback
from corpus.store.service_protocols import ServiceStore
from index.encoders.encoder import Encoder

MOST_GROUPED = 300
"""Questions that are compared with each other, those that were asked most often: a few seconds to embed on one core."""


@dataclass(frozen=True, slots=True)
class QuestionGroup:
    """Questions that mean about the same, the one that was asked most often first."""

    questions: tuple[AskedCount, ...]

    @property
    def times(self) -> int:
        return sum(one.times for one in self.questions)

    @property
    def last(self) -> date:
        return max(one.last for one in self.questions)


def list_questions(store: ServiceStore, encoder: Encoder, kind: AskedKind, most: int) -> list[QuestionGroup]:
    """Return the `most` groups of questions that were asked most often.

    Nothing leaves the machine: `encoder` is the one that embeds passages. Raises `ModelRunFailed`.
    """
    counts = _counted(store, kind)
    vectors = encoder.embed_passages([one.question for one in counts])
    groups = [QuestionGroup(tuple(counts[row] for row in rows)) for rows in group_alike(vectors)]
    return sorted(groups, key=lambda group: -group.times)[:most]


def _counted(store: ServiceStore, kind: AskedKind) -> Sequence[AskedCount]:
    """Return the questions of a kind that are compared, those first that were asked most often."""
    if kind is AskedKind.DISLIKED:
        return count_disliked(store.feedback.all())[:MOST_GROUPED]
    return store.asked.counts(MOST_GROUPED, "no_answer" if kind is AskedKind.REFUSED else None)


def count_disliked(feedback: Iterable[Feedback]) -> list[AskedCount]:
    """Count the questions whose answers were rated down, where the reader's client sent the question."""
    times: Counter[str] = Counter()
    latest: dict[str, AskedCount] = {}
    for said in feedback:
        if said.rating == "down" and said.question and said.question.strip():
            known = question_id(said.question)
            times[known] += 1
            latest[known] = AskedCount(known, said.question, times[known], said.received.date())
    return sorted(latest.values(), key=lambda one: (-one.times, -one.last.toordinal(), one.id))

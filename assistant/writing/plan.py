"""The plan of an answer: its quotes, the evidence that a model is to see, and the passages listed as sources."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from assistant.answer import Evidence
from assistant.query.decompose import SubQuestion
from assistant.reading.reader import ReadResult
from assistant.writing.conflicts import Disagreement
from assistant.writing.draft import Draft
from assistant.writing.passages import ShownPassage
from index.hit import Hit

WrittenBy = Literal["extractive", "generative"]
"""Whether an answer is made of quotes, or written by a language model."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A plan: the quotes in `draft`, and when it is `written_by` a model, the passages `shown` to that.

    `answerable` is all evidence that may be used, `disagreements` what the sources disagree about. `hits` are the
    passages that are listed, best first; every citation's hit is among them.
    """

    sub_questions: tuple[SubQuestion, ...]
    written_by: WrittenBy
    answerable: tuple[Evidence, ...]
    disagreements: tuple[Disagreement, ...]
    draft: Draft
    shown: tuple[ShownPassage, ...]
    hits: tuple[Hit, ...]


def merge_hits(read: Sequence[ReadResult], most: int, evidence: Sequence[Evidence]) -> tuple[Hit, ...]:
    """Return the first `most` hits of each sub-question, and those that may be cited; best first, each passage once."""
    listed = [hit for result in read for hit in result.hits[:most]]
    best: dict[str, Hit] = {}
    for hit in (*listed, *(item.hit for item in evidence)):
        known = best.get(hit.passage.id)
        if known is None or known.score < hit.score:
            best[hit.passage.id] = hit
    return tuple(sorted(best.values(), key=lambda hit: -hit.score))

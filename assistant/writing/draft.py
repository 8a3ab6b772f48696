"""Drafts: sentences that want to be in an answer, before any is verified, whoever writes them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from assistant.answer import PLAIN, Evidence, SectionHead
from assistant.query.decompose import SubQuestion
from assistant.writing.sentence_kinds import FACT, Kind

WORTH_ADDING = 0.25
"""A further sentence is good when it is worth at least this share of the best one's probability; kinds of questions add
more or fewer (`assistant.writing.shapes`). For all kinds alike, so that a fact has a sentence and what has several
parts has more: of the parts asked of our news desk, answers of 47 words tell .78; with 0.5, answers of 34 words .72;
with 0.1, answers of 64 words .80."""


@dataclass(frozen=True, slots=True)
class Quote:
    """Evidence that stands word for word in a sentence, from `at` on."""

    evidence: Evidence
    at: int


@dataclass(frozen=True, slots=True)
class DraftSentence:
    """A sentence that wants to be in the answer, and the evidence that it claims to rest on.

    Where `quotes` are given they alone are cited, and what stands between them was put there to be understood.
    Sentences of the same `head` make one section. `span` is the stretch of the evidence that carries the sentence,
    where that is known: it is cited instead of the pieces that it lies in, against which the sentence is held. What is
    no fact claims nothing.
    """

    text: str
    evidence: tuple[Evidence, ...]
    quotes: tuple[Quote, ...] = ()
    head: SectionHead = PLAIN
    span: Evidence | None = None
    kind: Kind = FACT


NOT_TO_BE_SHOWN = DraftSentence("", ())
"""Stands where a language model wrote what is shown nowhere, a link say: the sentence behind it may lean on that."""

Draft = tuple[DraftSentence, ...]


class Writer(Protocol):
    """Turns evidence into sentences. Whatever it writes is verified afterwards."""

    def write(self, sub_questions: Sequence[SubQuestion], evidence: Sequence[Evidence]) -> Draft:
        """Return a draft. `evidence` is sub-question by sub-question, best first within each."""

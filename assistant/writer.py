"""Writing an answer from evidence. The default writer quotes: the best sentences verbatim, repeats removed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Protocol

from assistant.answer import Evidence
from assistant.settings import AnswerOptions
from corpus.near_duplicates import Signature
from index.lexical import content_terms

_REPEATS = 0.7
"""Share of the shorter sentence's content terms that another sentence carries when it says the same again."""

_WORTH_ADDING = 0.75
"""A further sentence is added when its support is at least this share of the best one's."""

_LOOKED_AT = 40
"""Sentences of a part that are compared for repeats; what stands lower is never quoted."""

_MAX_COPIES = 2
"""Further sources cited for one sentence; more markers make an answer harder to read."""


@dataclass(frozen=True, slots=True)
class DraftSentence:
    """A sentence that wants to be in the answer, and the evidence that it claims to rest on."""

    text: str
    evidence: tuple[Evidence, ...]


Draft = tuple[DraftSentence, ...]


class Writer(Protocol):
    """Turns evidence into sentences. Whatever it writes is verified afterwards."""

    def write(self, evidence: Sequence[Evidence]) -> Draft:
        """`evidence` is part by part, best first within each."""


class ExtractiveWriter:
    """The best sentences of each part, verbatim, each resting on itself and its copies in other articles."""

    def __init__(self, options: AnswerOptions) -> None:
        self._options = options

    def write(self, evidence: Sequence[Evidence]) -> Draft:
        chosen: list[Evidence] = []
        for _, of_part in groupby(evidence, key=lambda item: item.part):
            chosen += self._choose(list(of_part), chosen)
        return tuple(DraftSentence(item.text, (item, *item.copies)) for item in _in_reading_order(chosen))

    def _choose(self, ranked: Sequence[Evidence], taken: Sequence[Evidence]) -> list[Evidence]:
        """The best few of one part, within the limits of sentences and words; the first always fits."""
        chosen: list[Evidence] = []
        words = 0
        for candidate in _without_repeats(ranked, taken):
            length = len(candidate.text.split())
            if chosen and (
                words + length > self._options.max_words or candidate.support < _WORTH_ADDING * chosen[0].support
            ):
                continue
            chosen.append(candidate)
            words += length
            if len(chosen) == self._options.max_sentences:
                break
        return chosen


def _without_repeats(ranked: Sequence[Evidence], taken: Sequence[Evidence]) -> list[Evidence]:
    """Best first; a sentence that says again what a better one says is left out, or listed as its copy."""
    leaders: list[Evidence] = []
    copies: dict[int, list[Evidence]] = {}
    readings = [_Reading(item.text) for item in taken]
    already = len(readings)
    for candidate in ranked[:_LOOKED_AT]:
        reading = _Reading(candidate.text)
        repeated = next((i for i, other in enumerate(readings) if reading.repeats(other)), None)
        if repeated is None:
            leaders.append(candidate)
            readings.append(reading)
        elif repeated >= already and reading.is_copy_of(readings[repeated]):
            copies.setdefault(repeated - already, []).append(candidate)
    return [_with_copies(leader, copies.get(place, [])) for place, leader in enumerate(leaders)]


def _with_copies(leader: Evidence, copies: Sequence[Evidence]) -> Evidence:
    """The same sentence in other articles makes further sources, one an article."""
    by_article = {copy.hit.article.id: copy for copy in reversed(copies)}
    by_article.pop(leader.hit.article.id, None)
    return replace(leader, copies=tuple(by_article.values())[::-1][:_MAX_COPIES])


class _Reading:
    """What is compared of a sentence, prepared once."""

    def __init__(self, text: str) -> None:
        self._terms = frozenset(content_terms(text))
        self._signature = Signature(text)

    def repeats(self, other: _Reading) -> bool:
        shorter = min(len(self._terms), len(other._terms))
        return len(self._terms & other._terms) >= _REPEATS * shorter

    def is_copy_of(self, other: _Reading) -> bool:
        return self._signature.is_near(other._signature)


def _in_reading_order(chosen: Sequence[Evidence]) -> list[Evidence]:
    """Parts in order; in one, articles by their best sentence; in an article, as its sentences stand."""
    best_first: dict[tuple[int, str], int] = {}
    for rank, item in enumerate(chosen):
        best_first.setdefault((item.part, item.hit.article.id), rank)
    return sorted(chosen, key=lambda item: (item.part, best_first[item.part, item.hit.article.id], item.start))

"""Sources that disagree: different short answers to the same question, each likely, from different articles.

Both sides are given. Which of them is right, or whether both are, is for the reader to say, who sees dates and sources.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.answer import Citation, Conflict, Evidence
from assistant.checking.quantities import quantities_in
from assistant.checking.words import stems_of
from assistant.names import sides_in
from assistant.question import Part
from assistant.writer import Draft, DraftSentence

_LIKELY = 0.4
"""Support from which a sentence's short answer is a side of a disagreement. See docs/adr/0019: at 0.3, one ordinary
question in fifty shows a disagreement that is none."""

_MOST_SIDES = 3
"""Sides that are told apart; more make no answer."""

_SHARED = 0.5
"""Share of the shorter answer's words from which two answers are the same in other words."""


@dataclass(frozen=True, slots=True)
class Disagreement:
    """What was asked, and the evidence of each side (at least two), the likeliest side first, best first in each."""

    about: str
    sides: tuple[tuple[Evidence, ...], ...]


def find_disagreements(parts: Sequence[Part], evidence: Sequence[Evidence]) -> tuple[Disagreement, ...]:
    """One for each part of the question whose articles disagree."""
    found = []
    for number, part in enumerate(parts):
        sides = _sides([item for item in evidence if item.part == number])
        if len(sides) > 1:
            found.append(Disagreement(part.label, tuple(map(tuple, sides))))
    return tuple(found)


def with_both_sides(draft: Draft, disagreements: Sequence[Disagreement]) -> Draft:
    """`draft`, and a sentence for each side that it leaves out."""
    told = [*draft]
    for disagreement in disagreements:
        for side in disagreement.sides:
            if not any(_is_of(item, side) for sentence in told for item in sentence.evidence):
                told.append(DraftSentence(side[0].text, (side[0],)))
    return tuple(told)


def told_conflicts(disagreements: Sequence[Disagreement], citations: Sequence[Citation]) -> tuple[Conflict, ...]:
    """Those of which at least two sides are cited, each with the citations of all sides."""
    return tuple(_told(disagreements, citations))


def _told(disagreements: Sequence[Disagreement], citations: Sequence[Citation]) -> Iterator[Conflict]:
    for disagreement in disagreements:
        cited = [[one.id for one in citations if _cites(one, side)] for side in disagreement.sides]
        if sum(map(bool, cited)) > 1:
            yield Conflict(disagreement.about, tuple(dict.fromkeys(id_ for side in cited for id_ in side)))


def _sides(evidence: Sequence[Evidence]) -> list[list[Evidence]]:
    """The best sentence of each article that has a likely answer, together with those that give the same answer."""
    sides: list[list[Evidence]] = []
    heard: set[str] = set()
    for item in sorted(evidence, key=lambda item: -item.support):
        article = item.hit.article.id
        if item.support < _LIKELY or item.short is None or article in heard:
            continue
        heard.add(article)
        same = next((side for side in sides if agree(_short(side[0]), _short(item))), None)
        if same is not None:
            same.append(item)
        elif len(sides) < _MOST_SIDES:
            sides.append([item])
    return sides


def agree(one: str, other: str) -> bool:
    """Whether two short answers may be the same one, said more or less exactly, or in other words."""
    mine, theirs = quantities_in(one), quantities_in(other)
    if mine.dates and theirs.dates:
        return mine.dates[0].is_told_by(theirs.dates[0]) or theirs.dates[0].is_told_by(mine.dates[0])
    years = [
        {*(number.value for number in told.numbers), *told.years, *(date.year for date in told.dates)}
        for told in (mine, theirs)
    ]
    if years[0] and years[1]:
        return bool(years[0] & years[1])
    if sides_in(one) & sides_in(other):
        return True
    words, others = stems_of(one), stems_of(other)
    shorter = min(len(words), len(others))
    return not shorter or len(words & others) / shorter >= _SHARED


def _short(item: Evidence) -> str:
    start, end = item.short or (item.start, item.end)
    return item.hit.article.text[start:end]


def _is_of(item: Evidence, side: Sequence[Evidence]) -> bool:
    return any(
        item.hit.article.id == other.hit.article.id and item.start < other.end and other.start < item.end
        for other in side
    )


def _cites(citation: Citation, side: Sequence[Evidence]) -> bool:
    span = citation.source_span
    return any(
        citation.hit.article.id == item.hit.article.id and span.start < item.end and item.start < span.end
        for item in side
    )

"""Sources that disagree: different short answers to the same question, each likely, from different articles.

Both sides are given. Which of them is right, or whether both are, is for the reader to say, who sees dates and sources.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.answer import Citation, Conflict, Evidence
from assistant.groundedness.quantities import quantities_in
from assistant.groundedness.words import stems_of
from assistant.query.decompose import SubQuestion
from assistant.query.parties import parties_in
from assistant.reading.attribution import speaker_asked_for
from assistant.writing.extractive import Draft, DraftSentence
from corpus.text.english import ENGLISH

_LIKELY = 0.4
"""Support from which a sentence's short answer is a side of a disagreement. See docs/adr/0019: at 0.3, one ordinary
question in fifty shows a disagreement that is none."""

_MOST_SIDES = 3
"""Sides that are told apart; more make no answer."""

_SHARED = 0.5
"""Share of the shorter answer's words from which two answers are the same in other words."""


_HAS_MANY_ANSWERS = re.compile(
    rf"""
    ^\W* (?: who \s {ENGLISH.any_of("be")} \s (?! (?:the|an?) \b | [^?]*[’']s\b ) (?-i:[A-Z])  # a minister
      | what \s (?:are|were) | {ENGLISH.any_of("asks_many")} | how \b (?! \s {ENGLISH.any_of("degrees")} ) )
    """,
    re.VERBOSE | re.IGNORECASE,
)
"""Questions that articles answer differently without disagreeing."""


@dataclass(frozen=True, slots=True)
class Disagreement:
    """What was asked, and the evidence of each side (at least two), the likeliest side first, best first in each."""

    about: str
    sides: tuple[tuple[Evidence, ...], ...]


def find_disagreements(parts: Sequence[SubQuestion], evidence: Sequence[Evidence]) -> tuple[Disagreement, ...]:
    """One for each part of the question whose articles disagree."""
    found = []
    for number, part in enumerate(parts):
        sides = _sides([item for item in evidence if item.part == number])
        if len(sides) > 1 and _has_one_answer(part):
            found.append(Disagreement(part.label, tuple(map(tuple, sides))))
    return tuple(found)


def _has_one_answer(part: SubQuestion) -> bool:
    """Whether two different answers are a disagreement; one side says many things about a matter."""
    return not (part.party or _HAS_MANY_ANSWERS.match(part.text) or speaker_asked_for(part.text))


def with_both_sides(draft: Draft, disagreements: Sequence[Disagreement]) -> Draft:
    """`draft`, and a sentence for each side that it leaves out, after the last one of its part.

    Both sides are worth more than the limits of sentences and words, which they may exceed.
    """
    told = list(draft)
    for side in (side for disagreement in disagreements for side in disagreement.sides):
        if not any(item.overlaps(other) for sentence in told for item in sentence.evidence for other in side):
            told.insert(_end_of_part(told, side[0].part), DraftSentence(side[0].text, (side[0],)))
    return tuple(told)


def _end_of_part(draft: Sequence[DraftSentence], part: int) -> int:
    """Where its next sentence belongs: parts stand in order."""
    return sum(sentence.evidence[0].part <= part for sentence in draft)


def told_conflicts(disagreements: Sequence[Disagreement], citations: Sequence[Citation]) -> tuple[Conflict, ...]:
    """Those of which at least two sides are cited, each with the citations of all sides."""
    return tuple(_told(disagreements, citations))


def _told(disagreements: Sequence[Disagreement], citations: Sequence[Citation]) -> Iterator[Conflict]:
    for disagreement in disagreements:
        cited = [
            [citation.id for citation in citations if any(item.overlaps(citation) for item in side)]
            for side in disagreement.sides
        ]
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
    if parties_in(one) & parties_in(other):
        return True
    words, others = stems_of(one), stems_of(other)
    shorter = min(len(words), len(others))
    return not shorter or len(words & others) / shorter >= _SHARED


def _short(item: Evidence) -> str:
    start, end = item.short or (item.start, item.end)
    return item.hit.article.text[start:end]

"""Dates that sentences tell: for the entries of a timeline.

The date of the main event counts: "She pardoned Cobb, who was jailed in 1978" is no entry of 1978.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from assistant.answer import Evidence
from assistant.frame.frame import ENGLISH_FRAME, Frame
from assistant.groundedness.quantities import date_stretches, date_written
from assistant.writing.told_on import dates_meant, told_on
from corpus.text.english import ENGLISH

_AHEAD = timedelta(days=60)
"""A day without a year that were further ahead of its telling is one of the year before."""

_AUXILIARY = ENGLISH.any_of("auxiliaries")
_ENDS_IN_ED = r"[a-z]{2,} (?<!e) ed"
_DID = rf"(?: {_AUXILIARY} | {_ENDS_IN_ED} | {ENGLISH.any_of('irregular_verb_forms')} )"
_DONE = rf"(?: [a-z]+ly \s )? (?: {_ENDS_IN_ED} | {ENGLISH.any_of('irregular_participles')} )"

_OPENS_AN_ASIDE = re.compile(
    rf"""
    \b {ENGLISH.any_of("opens_a_relative_clause")} \b
    | (?<= \w\s ) that (?= \s {_DID} \b )                              # the strike that began, but not: he said that
    | , \s (?: born | {_DONE} ) \s {ENGLISH.any_of("prepositions")} \b
    | ^ \W* {_DONE} \s {ENGLISH.any_of("prepositions")} \b (?= .* , \s (?! \d ) )
    """,
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)
"""What tells of who or what has part in the main event: ", who was jailed in 1978", ", born in 1950"."""

_IN_A_DATE = "~"
_CLOSES_AN_ASIDE = re.compile(
    rf"""
    , \s [^,;]{{1,40}} , \s (?= (?:in|on) \s )                              # closes none: who shot Moss, 29, in 1978
    | (?P<closes> [,;:)—–”"] | {_IN_A_DATE} [^{_IN_A_DATE}]*? (?<! \band ) \s {_AUXILIARY} \b )
    """,
    re.VERBOSE | re.IGNORECASE,
)
"""In a text with its dates masked: "the man who left in 1978 was seen in 1980" tells of what he did up to "was"."""


@dataclass(frozen=True, slots=True)
class DateTold:
    """A date as exactly as it is told: `first_day` is its beginning, `label` says no more than the sentence."""

    first_day: date
    label: str


def date_told(item: Evidence, frame: Frame = ENGLISH_FRAME) -> DateTold | None:
    """Return the first date that a sentence tells of its main event, in full or as its article settles it; None where
    it tells none."""
    day = told_on(item)
    told = [*_written(item, day, frame), *_meant(item, day, frame)]
    main = (one for one in told if not _is_aside(item.text, one[0]))
    first = min(main, key=lambda one: one[0], default=None)
    return first[1] if first else None


def _is_aside(text: str, place: int) -> bool:
    """Whether what stands at `place` of a sentence is part of a relative clause or a participle phrase."""
    opened = (opening.end() for opening in _OPENS_AN_ASIDE.finditer(text))
    return any(end <= place and not _is_closed(text, end, place) for end in opened)


def _is_closed(text: str, opened: int, place: int) -> bool:
    masked = text[opened:place]
    for start, end in date_stretches(masked):
        masked = masked[:start] + _IN_A_DATE * (end - start) + masked[end:]
    return any(found["closes"] for found in _CLOSES_AN_ASIDE.finditer(masked))


def _written(item: Evidence, day: date | None, frame: Frame) -> Iterator[tuple[int, DateTold]]:
    for start, end in date_stretches(item.text):
        if found := _of(item.text[start:end], day, frame):
            yield start, found


def _meant(item: Evidence, day: date | None, frame: Frame) -> Iterator[tuple[int, DateTold]]:
    for found in dates_meant(item):
        if meant := _of(found.date, day, frame):
            yield found.start, meant


def _of(written: str, telling: date | None, frame: Frame) -> DateTold | None:
    """Return the date that is written; None where its year is not known, or there is no such day."""
    told = date_written(written)
    if told is None or not (told.year or (telling and told.month)):
        return None
    first = replace(told, year=told.year or (telling.year if telling else None)).first_day
    if first and telling and told.year is None and first > telling + _AHEAD:
        first = replace(told, year=telling.year - 1).first_day
    if first is None:
        return None
    month, day = (first.month if told.month else None), (first.day if told.day else None)
    return DateTold(first, frame.told(first.year, month, day))

"""Times that a question names: "in October", "last year", "on Monday"."""

from __future__ import annotations

import re
from dataclasses import dataclass

from corpus.text.english import ENGLISH
from corpus.text.lexicons import alternation, capitalised

_MONTH = rf"""
    (?: {alternation(ENGLISH.words("months") - ENGLISH.words("months_that_are_words"))}
      | (?-i: {alternation(capitalised(ENGLISH.words("months_that_are_words")))} ) )
"""
_DAY = rf"{ENGLISH.any_of('weekdays')} s?"
_SEASON = ENGLISH.any_of("seasons")
_SPAN = rf"(?: {ENGLISH.any_of('spans_of_time')} | {_MONTH} | {_DAY} )"
_YEAR = r"(?: 1[5-9] | 20 ) \d\d"

_TIME = re.compile(
    rf"""
    (?: \b(?P<preposition> {ENGLISH.any_of("before_times")} ) \s+ )?
    \b(?P<time>
        (?P<relative> {ENGLISH.any_of("relative_days")} | {ENGLISH.any_of("from_now")} \s+ {_SPAN} )
      | (?P<day>
          (?: \d\d? \s+ {_MONTH} | {_MONTH} \s+ \d\d? {ENGLISH.any_of("ordinal_endings")}? \b ) (?: ,? \s+ {_YEAR} )?
        | {_DAY} )
      | (?: (?:early|late|mid) [ -] )? {_MONTH} (?: ,? \s+ {_YEAR} )?
      | the \s+ {ENGLISH.any_of("which_span")} \s+ {_SPAN}
        (?: \s+ of \s+ (?:{_YEAR} | {_MONTH}) )?
      | (?: the \s+ )? {_SEASON} (?: \s+ (?: of \s+ )? {_YEAR} )?
      | the \s+ {_YEAR} s
      | (?P<year> {_YEAR} )
    )\b
    """,
    re.VERBOSE | re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Time:
    """A time, `text[start:end]`, with its `preposition`, which is "" where it has none."""

    start: int
    end: int
    preposition: str
    name: str
    is_relative: bool
    is_day: bool
    is_year: bool

    def is_like(self, other: Time) -> bool:
        """Whether both are days, years, months, or counted from today."""
        return (self.is_relative, self.is_day, self.is_year) == (other.is_relative, other.is_day, other.is_year)

    @property
    def usual_preposition(self) -> str:
        if self.is_relative:
            return ""
        return "on" if self.is_day else "in"


def times(text: str) -> list[Time]:
    return [_time(match) for match in _TIME.finditer(text)]


def as_time(text: str) -> Time | None:
    """Return the time that `text` is; None where it names more than a time, or none."""
    match = _TIME.fullmatch(text)
    return _time(match) if match else None


def _time(match: re.Match[str]) -> Time:
    return Time(
        match.start(),
        match.end(),
        (match["preposition"] or "").casefold(),
        match["time"],
        is_relative=bool(match["relative"]),
        is_day=bool(match["day"]),
        is_year=bool(match["year"]),
    )

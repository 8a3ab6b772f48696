"""Times that a question names: "in October", "last year", "on Monday"."""

from __future__ import annotations

import re
from dataclasses import dataclass

_MONTH = r"""
    (?: January | February | (?-i:March) | April | (?-i:May) | June | July | August | September | October | November
      | December )
"""
_DAY = r"(?: Mon | Tues | Wednes | Thurs | Fri | Satur | Sun ) day s?"
_SPAN = rf"""
    (?: year | month | week | quarter | half | season | decade | century | spring | summer | autumn | winter | weekend
      | night | {_MONTH} | {_DAY} )
"""
_YEAR = r"(?: 1[5-9] | 20 ) \d\d"

_TIME = re.compile(
    rf"""
    (?: \b(?P<preposition> in|on|at|by|during|since|before|after|until|from ) \s+ )?
    \b(?P<time>
        (?P<relative> yesterday | today | tomorrow | tonight | (?:last|next|this) \s+ {_SPAN} )
      | (?P<day> (?: \d\d? \s+ {_MONTH} | {_MONTH} \s+ \d\d? (?:st|nd|rd|th)? \b ) (?: ,? \s+ {_YEAR} )? | {_DAY} )
      | (?: (?:early|late|mid) [ -] )? {_MONTH} (?: ,? \s+ {_YEAR} )?
      | the \s+ (?:first|second|third|fourth|last|previous|following|next) \s+ {_SPAN}
        (?: \s+ of \s+ (?:{_YEAR} | {_MONTH}) )?
      | (?: the \s+ )? (?: spring | summer | autumn | winter ) (?: \s+ (?: of \s+ )? {_YEAR} )?
      | the \s+ {_YEAR} s
      | (?P<year> {_YEAR} )
    )\b
    """,
    re.VERBOSE | re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Time:
    """`text[start:end]` with its `preposition`, which is "" where it has none."""

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
    """None where `text` names more than a time, or none."""
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

"""Times that a follow-up counts from the one in the question before: "and the year after?", "two years earlier?"."""

from __future__ import annotations

import re
from collections.abc import Mapping

from assistant.conversation.times import times
from corpus.text.english import ENGLISH
from corpus.text.lexicons import alternation

_WAYS: Mapping[str, int] = {**ENGLISH.values("counted_behind"), **ENGLISH.values("counted_before")}
_NUMBERS: Mapping[str, int] = ENGLISH.values("number_words")

_COUNTED = re.compile(
    rf"""
    (?: the \s+ )? (?P<unit> year | month ) \s+ (?P<behind> {ENGLISH.any_of("counted_behind")} ) (?: \s+ that )?
    | (?: the \s+ (?P<which> {ENGLISH.any_of("counted_before")} | next ) ) \s+ (?P<of> year | month )
    | (?P<number> an? | one | \d\d? | {alternation(_NUMBERS)} ) \s+ (?P<units> year | month ) s? \s+
      (?P<off> {ENGLISH.any_of("counted_behind")} ) (?: \s+ that )?
    """,
    re.VERBOSE | re.IGNORECASE,
)
_YEAR = re.compile(r"\b(?:1[5-9]|20)\d\d\b")
_MONTHS = ENGLISH.values("months")
_MONTH = re.compile(rf"\b{alternation(_MONTHS)}\b", re.IGNORECASE)


def counted_from(thing: str, before: str) -> str | None:
    """Return the year or month, "2023" or "November 2025", that `thing` counts from the only time that `before` names;
    None where it counts none, or that time does not say enough."""
    counted = _COUNTED.fullmatch(thing)
    named = times(before)
    if counted is None or len(named) != 1 or not (year := _YEAR.search(named[0].name)):
        return None
    steps = _steps(counted)
    if "year" in (counted["unit"] or counted["of"] or counted["units"]).lower():
        return str(int(year[0]) + steps)
    month = _MONTH.search(named[0].name)
    if month is None:
        return None
    years, number = divmod(int(year[0]) * 12 + _MONTHS[month[0].lower()] - 1 + steps, 12)
    return f"{next(name for name, value in _MONTHS.items() if value == number + 1).capitalize()} {years}"


def in_the_year_of(new: str, old: str) -> str:
    """Return "December 2025" for a `new` month or day without a year, where the `old` time has one."""
    year = _YEAR.search(old)
    if year is None or _YEAR.search(new) or not _MONTH.search(new):
        return new
    return f"{new}, {year[0]}" if new[-1].isdigit() else f"{new} {year[0]}"


def _steps(counted: re.Match[str]) -> int:
    word = (counted["behind"] or counted["which"] or counted["off"]).lower()
    number = (counted["number"] or "one").lower()
    return _WAYS.get(word, 1) * (int(number) if number.isdigit() else _NUMBERS.get(number, 1))

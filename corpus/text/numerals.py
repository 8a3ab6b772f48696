"""Numbers and dates in Chinese, Japanese and Korean, by what `corpus/text/east_asian` says of how they are written."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from typing import NamedTuple

from corpus.text.east_asian import EAST_ASIAN
from corpus.text.letters import simplified
from corpus.text.scripts import HAN, HANGUL, KANA

_LETTER = re.compile(f"[{HAN}{KANA}{HANGUL}]")

_LONGEST = 30
"""Letters of a number; a longer one counts nothing."""

_UNCERTAIN = 2
"""Numerals that are "three or four" together; more of them are spelt one by one, and so are two with a zero."""

_NUMERALS = EAST_ASIAN.values("numerals")
_MULTIPLES = EAST_ASIAN.values("multiples")
_IN_DIGITS = str.maketrans(
    {**{letter: str(value) for letter, value in _NUMERALS.items()}, **dict.fromkeys(EAST_ASIAN.words("points"), ".")}
)
_ADDS_NOTHING = re.compile(rf"{EAST_ASIAN.any_of('and_more')}|[ ,]")


class CountedAmount(NamedTuple):
    """`text[start:end]` tells `value`, None for a fraction.

    `unit` is "percent", "ordinal", a currency, or empty for what is only counted.
    """

    start: int
    end: int
    value: Decimal | None
    unit: str


class WrittenDate(NamedTuple):
    """`text[start:end]` is a date; parts that are not said are None, but not all."""

    start: int
    end: int
    year: int | None
    month: int | None
    day: int | None


def amounts_in_numerals(text: str) -> Iterator[CountedAmount]:
    """Yield the numbers of `text` in order that have letters of these languages in them or beside them.

    Digits alone are left to who reads English; a single numeral that counts nothing is mostly part of a name (三星).
    """
    if not _LETTER.search(text):
        return
    for found in _pattern("amount").finditer(simplified(text)):
        if found["fraction"]:
            yield CountedAmount(*found.span(), None, "")
        elif (value := _counted(found)) is not None:
            yield CountedAmount(*found.span(), value, _unit(found))


def dates_in_numerals(text: str) -> Iterator[WrittenDate]:
    """Yield the dates of `text` in order, and what names a year, a month, or a day of one alone."""
    if not _LETTER.search(text):
        return
    for found in _pattern("date").finditer(simplified(text)):
        month, day = _whole(found["month"]), _whole(found["day"])
        if (year := _year(found)) or month or day:
            yield WrittenDate(found.start(), found.start() + len(found.group().rstrip()), year, month, day)


def counts_or_multiplies(text: str, at: int) -> bool:
    """Whether the number that ends at this place of a simplified text counts what follows, or is multiplied: 2000人."""
    return _pattern("counts_or_multiplies").match(text, at) is not None


def _counted(found: re.Match[str]) -> Decimal | None:
    """Return what an amount tells; None for digits alone, one of what is counted, and a numeral without more."""
    number, share = found["number"], _share(found)
    is_bare = not (found["before"] or found["behind"])
    if is_bare and (number.isascii() or len(number) == 1):
        return None
    value = _value(number)
    if value is None or (value == 1 and number in _NUMERALS and not share):
        return None
    return (value * (share or 1)).normalize()


def _share(found: re.Match[str]) -> Decimal | None:
    """Return with what a share is multiplied to be in per cent; None for what is none."""
    before, behind = EAST_ASIAN.values("shares_before"), EAST_ASIAN.values("shares_behind")
    times = before.get(found["before"]) or behind.get(found["behind"])
    return Decimal(str(times)) if times else None


def _unit(found: re.Match[str]) -> str:
    if _share(found):
        return "percent"
    return "ordinal" if found["before"] else str(EAST_ASIAN.values("currencies").get(found["behind"], ""))


def _value(number: str) -> Decimal | None:
    """Return what a number is worth; None where it is not certain (三四百), or too long."""
    number = _ADDS_NOTHING.sub("", number)
    if len(number) > _LONGEST:
        return None
    greatest = max((letter for letter in number if letter in _MULTIPLES), key=_MULTIPLES.__getitem__, default=None)
    if greatest is None:
        return _plain(number)
    before, _, behind = number.partition(greatest)
    multiple = Decimal(_MULTIPLES[greatest])
    times, rest = _value(before) if before else Decimal(1), _rest(behind, multiple)
    return None if times is None or rest is None else times * multiple + rest


def _rest(behind: str, multiple: Decimal) -> Decimal | None:
    """Return what is added behind a multiple, of which a last numeral counts tenths: 三千二 is 3,200."""
    if not behind:
        return Decimal(0)
    return _NUMERALS[behind] * multiple / 10 if behind in _NUMERALS else _value(behind)


def _plain(number: str) -> Decimal | None:
    """Return a number without multiples: in digits, or in numerals that are spelt one by one."""
    spelt = number.translate(_IN_DIGITS)
    is_uncertain = spelt != number and len(number) == _UNCERTAIN and "0" not in spelt
    return None if is_uncertain else Decimal(spelt)


def _year(found: re.Match[str]) -> int | None:
    if found["era"] is None:
        return _whole(found["year"])
    in_era = 1 if found["in_era"] in EAST_ASIAN.words("first_years") else _whole(found["in_era"])
    return in_era and EAST_ASIAN.values("eras")[found["era"]] + in_era


def _whole(written: str | None) -> int | None:
    value = _value(written) if written else None
    return None if value is None else int(value)


@cache
def _pattern(name: str) -> re.Pattern[str]:
    return re.compile(EAST_ASIAN.pattern(name), re.VERBOSE)

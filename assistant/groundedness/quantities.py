"""Numbers and dates, in any spelling: 13-point and thirteen, July 26 and 26 July, 1.5 million and 1,500,000."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from corpus.text.letters import as_matched

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan|february feb|march mar|april apr|may|june jun|july jul|august aug|september sept sep|"
            "october oct|november nov|december dec"
        ).split("|"),
        start=1,
    )
    for name in names.split()
}
_MONTH = "(?P<month>" + "|".join(name.capitalize() for name in sorted(_MONTHS, key=len, reverse=True)) + r")\b\.?"
_DAY = r"(?P<day>[0-3]?\d)(?:st|nd|rd|th)?\b"
_YEAR = r"(?P<year>(?:1[0-9]|20)\d\d)\b"

_DATES = tuple(
    re.compile(pattern, re.VERBOSE)
    for pattern in (
        r"(?<!\d) (?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d) (?!\d)",  # 2025-07-26
        rf"(?<!\d) {_DAY} [ ] (?:of[ ])? {_MONTH} (?: ,? [ ] {_YEAR} )?",  # 26 July 2025
        rf"\b {_MONTH} [ ] {_DAY} (?: ,? [ ] {_YEAR} )?",  # July 26, 2025
        rf"\b {_MONTH} ,? [ ] {_YEAR}",  # July 2025
        r"\b(?: in|of|since|until|last|next|this|by|from|to|early|late|mid ) [ -] " + _MONTH,  # in July
    )
)

_YEAR_ALONE = re.compile(
    r"""
    (?P<before> \b(?: in|since|during|until )[ ] | \b(?: the|its|their|this )[ ] )?
    (?<![\d$€£¥]) (?P<year> (?:1[5-9]|20)\d\d ) (?! \d | ,\d{3}\b | \.\d | \s?% )
    (?: [ ] (?P<counted> [a-z]{3,}s | people | men | women | children | km | kg ) \b )?
    """,
    re.VERBOSE | re.IGNORECASE,
)
_DATED = frozenset("in since during until".split())
_COUNTS_NOTHING = frozenset(
    "was has its this does says plus across versus always perhaps towards besides unless less alas thus".split()
)
"""Words like nouns in the plural, which are none."""

_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")

_UNITS = dict(
    zip(
        "zero two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
        "eighteen nineteen".split(),
        (0, *range(2, 20)),
        strict=True,
    )
)
"""Without "one", which mostly counts nothing: "one of them", "this one"."""

_TENS = dict(zip("twenty thirty forty fifty sixty seventy eighty ninety".split(), range(20, 100, 10), strict=True))
_SCALES = {"hundred": 100, "thousand": 1000, "million": 10**6, "billion": 10**9, "trillion": 10**12}
_SHORT_SCALES = {"k": 1000, "m": 10**6, "mn": 10**6, "bn": 10**9, "tn": 10**12}
_ORDINALS = dict(
    zip(
        "third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth".split(),
        range(3, 13),
        strict=True,
    )
)
"""Without "first" and "second", which mostly order what is said."""

_NUMBER_WORD = "|".join((*_UNITS, *_TENS, "one"))
_NUMBER = re.compile(
    rf"""
    (?P<money> [$€£¥] )? \s?
    (?:
      (?P<digits> \d+ (?: ,\d\d\d )* (?: \.\d+ )? )             # 1,500.5
      (?: [ -]? (?P<scale> hundred|thousand|million|billion|trillion|bn|mn|tn|[mk] ) \b )?
      (?P<ordinal> st|nd|rd|th )?
    |
      \b (?P<words> (?:{_NUMBER_WORD}) (?: [ -] (?:{_NUMBER_WORD}|hundred|thousand|million|billion|trillion|and) )* )
      (?P<wordscale> [ ] (?:hundred|thousand|million|billion|trillion) )? \b
    |
      \b (?P<dozen> dozen ) \b
    )
    (?P<percent> \s? (?: % | per[ ]?cent \b | percentage[ ]points? \b) )?
    (?: [ ] (?P<currency> dollars? | euros? | pounds? | yuan | yen ) \b )?
    """,
    re.VERBOSE | re.IGNORECASE,
)
_ORDINAL_WORD = re.compile(rf"\b(?P<word>{'|'.join(_ORDINALS)})\b", re.IGNORECASE)
_CURRENCIES = {"$": "dollar", "€": "euro", "£": "pound", "¥": "yen", "dollars": "dollar", "euros": "euro"}


_COUNTING = frozenset((*_UNITS, *_TENS, *_SCALES, *_ORDINALS)) | frozenset(
    "percent per cent percentage dozen dollar dollars euro euros pounds yuan yen".split()
)


def counts(word: str) -> bool:
    """Whether a word in lower case is a number or what is counted in."""
    return word[:1].isdigit() or word in _COUNTING


@dataclass(frozen=True, slots=True)
class Date:
    """None where it is not said."""

    year: int | None
    month: int | None
    day: int | None

    def is_told_by(self, other: Date) -> bool:
        """Whether `other` says all that this one says."""
        pairs = ((self.year, other.year), (self.month, other.month), (self.day, other.day))
        return all(mine is None or mine == theirs for mine, theirs in pairs)


@dataclass(frozen=True, slots=True)
class Number:
    """`unit` is "percent", "ordinal", a currency, or empty."""

    value: Decimal
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Quantities:
    """What a text counts and dates. `years` are those said by themselves, as in "in 2025"; they count nothing."""

    dates: tuple[Date, ...]
    years: frozenset[int]
    numbers: frozenset[Number]


@lru_cache(maxsize=4096)
def quantities_in(text: str) -> Quantities:
    dates, rest = _dates(as_matched(text))
    years, rest = _dated_years(rest)
    return Quantities(tuple(dates), frozenset(years), frozenset(_numbers(rest)))


def years_in(text: str) -> frozenset[int]:
    """The years from 1500 to 2099: "in 2025" and "the 2025 plan", but not "2000 workers" or "2,000"."""
    return frozenset(int(match["year"]) for match in _YEAR_ALONE.finditer(text) if not _counts_things(match))


def missing_quantities(claim: str, grounds: Iterable[str]) -> tuple[bool, bool]:
    """Whether a number, and whether a date, of `claim` stands nowhere in `grounds`."""
    told = [quantities_in(text) for text in grounds]
    dates = [date for one in told for date in one.dates]
    numbers = {number for one in told for number in one.numbers}
    values = {number.value for number in numbers}
    years = {year for one in told for year in one.years} | {date.year for date in dates if date.year}
    claimed, may_be_years = quantities_in(claim), years_in(claim)

    def is_told(number: Number) -> bool:
        if number.unit:
            return number in numbers
        return number.value in values or (number.value in years and number.value in may_be_years)

    lacks_number = not all(map(is_told, claimed.numbers)) or not all(
        year in years or year in values for year in claimed.years
    )
    return lacks_number, any(not any(map(date.is_told_by, dates)) for date in claimed.dates)


def _dates(text: str) -> tuple[list[Date], str]:
    """The dates, and the text with spaces in their place."""
    dates = []
    for pattern in _DATES:
        while match := pattern.search(text):
            parts = match.groupdict()
            month = parts["month"]
            number = int(month) if month.isdigit() else _MONTHS[month.lower()]
            dates.append(Date(_int(parts.get("year")), number, _int(parts.get("day"))))
            text = text[: match.start()] + " " * len(match.group()) + text[match.end() :]
    return dates, text


def _dated_years(text: str) -> tuple[list[int], str]:
    """The years after a word like "in", and the text with spaces in their place."""
    years = []
    for match in list(_YEAR_ALONE.finditer(text)):
        if _is_dated(match):
            years.append(int(match["year"]))
            text = text[: match.start("year")] + " " * 4 + text[match.end("year") :]
    return years, text


def _is_dated(match: re.Match[str]) -> bool:
    return (match["before"] or "").strip().lower() in _DATED


def _counts_things(match: re.Match[str]) -> bool:
    """Whether it tells how many, as in "2000 workers": not after "in" or "the"."""
    counted = match["counted"]
    return counted is not None and not match["before"] and counted.lower() not in _COUNTS_NOTHING


def _int(digits: str | None) -> int | None:
    return int(digits) if digits else None


def _numbers(text: str) -> Iterator[Number]:
    for match in _NUMBER.finditer(text):
        value = _value(match)
        if value is not None:
            yield Number(value, _unit(match))
    for match in _ORDINAL_WORD.finditer(text):
        yield Number(Decimal(_ORDINALS[match["word"].lower()]), "ordinal")


def _value(match: re.Match[str]) -> Decimal | None:
    if match["dozen"]:
        return Decimal(12)
    if match["digits"]:
        try:
            value = Decimal(match["digits"].replace(",", ""))
        except InvalidOperation:
            return None
        return (value * _scale(match["scale"])).normalize()
    return _spelt(match["words"] + (match["wordscale"] or ""))


def _scale(scale: str | None) -> int:
    name = (scale or "").lower()
    return _SCALES.get(name) or _SHORT_SCALES.get(name) or 1


def _spelt(words: str) -> Decimal | None:
    """two hundred and five -> 205; None for "one", and for what is only joined, like "two and"."""
    if words.lower() == "one":
        return None
    total = current = 0
    for word in re.split(r"[ -]", words.lower()):
        if word in _SCALES and word != "hundred":
            total, current = total + max(current, 1) * _SCALES[word], 0
        elif word == "hundred":
            current = max(current, 1) * 100
        else:
            current += 1 if word == "one" else _UNITS.get(word, _TENS.get(word, 0))
    return Decimal(total + current).normalize()


def _unit(match: re.Match[str]) -> str:
    if match["percent"]:
        return "percent"
    if match["ordinal"]:
        return "ordinal"
    currency = (match["money"] or match["currency"] or "").lower()
    return _CURRENCIES.get(currency, currency)

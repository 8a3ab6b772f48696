"""Numbers and dates, in any spelling: 13-point and thirteen, July 26 and 7月26日, 140 million and 1.4亿."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from itertools import combinations

from corpus.text.english import ENGLISH
from corpus.text.letters import as_matched
from corpus.text.lexicons import alternation, capitalised
from corpus.text.numerals import amounts_in_numerals, counts_or_multiplies, dates_in_numerals

_MONTHS = {**ENGLISH.values("months"), **ENGLISH.values("short_months")}
_MONTH = rf"(?P<month>{alternation(capitalised(_MONTHS))})\b\.?"
_DAY = rf"(?P<day>[0-3]?\d){ENGLISH.any_of('ordinal_endings')}?\b"
_YEAR = r"(?P<year>(?:1[0-9]|20)\d\d)\b"

_DATES = tuple(
    re.compile(pattern, re.VERBOSE)
    for pattern in (
        r"(?<!\d) (?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d) (?!\d)",  # 2025-07-26
        rf"(?<!\d) {_DAY} [ ] (?:of[ ])? {_MONTH} (?: ,? [ ] {_YEAR} )?",  # 26 July 2025
        rf"\b {_MONTH} [ ] {_DAY} (?: ,? [ ] {_YEAR} )?",  # July 26, 2025
        rf"\b {_MONTH} ,? [ ] {_YEAR}",  # July 2025
        rf"\b{ENGLISH.any_of('before_a_month')} [ -] {_MONTH}",  # in July
    )
)

_YEAR_ALONE = re.compile(
    rf"""
    (?P<before> \b{ENGLISH.any_of("dates_a_year", "determines_a_year")}[ ] )?
    (?<![\d$€£¥]) (?P<year> (?:1[5-9]|20)\d\d ) (?! \d | ,\d{{3}}\b | \.\d | \s?% )
    (?: [ ] (?P<counted> [a-z]{{3,}}s | {ENGLISH.any_of("counted_things")} ) \b )?
    """,
    re.VERBOSE | re.IGNORECASE,
)
_DATED = ENGLISH.words("dates_a_year")
_COUNTS_NOTHING = ENGLISH.words("counts_nothing")

_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")

_UNITS, _TENS = ENGLISH.values("number_words"), ENGLISH.values("tens")
_SCALES, _SHORT_SCALES = ENGLISH.values("scales"), ENGLISH.values("short_scales")
_ORDINALS = {
    word: value
    for word, value in (*ENGLISH.values("first_ordinals").items(), *ENGLISH.values("further_ordinals").items())
    if word in ENGLISH.words("ordinals")
}

_NUMBER_WORD, _SCALE = alternation((*_UNITS, *_TENS, "one")), ENGLISH.any_of("scales")
_NUMBER = re.compile(
    rf"""
    (?P<money> [$€£¥] )? \s?
    (?:
      (?P<digits> \d+ (?: ,\d\d\d )* (?: \.\d+ )? )             # 1,500.5
      (?: [ -]? (?P<scale> {ENGLISH.any_of("scales", "short_scales")} ) \b )?
      (?P<ordinal> {ENGLISH.any_of("ordinal_endings")} )?
    |
      \b (?P<words> {_NUMBER_WORD} (?: [ -] (?:{_NUMBER_WORD}|{_SCALE}|and) )* )
      (?P<wordscale> [ ] {_SCALE} )? \b
    |
      \b (?P<dozen> dozen ) \b
    )
    (?P<percent> \s? (?: % | per[ ]?cent \b | percentage[ ]points? \b) )?
    (?: [ ] (?P<currency> {ENGLISH.any_of("currencies")} ) \b )?
    """,
    re.VERBOSE | re.IGNORECASE,
)
_ORDINAL_WORD = re.compile(rf"\b(?P<word>{ENGLISH.any_of('ordinals')})\b", re.IGNORECASE)
_CURRENCIES: dict[str, str] = {**ENGLISH.values("currency_signs"), **ENGLISH.values("currencies")}


_COUNTED = 12
"""Up to here a number may count what the evidence lists without counting it."""

_MOST_COMBINED = 12
"""Numbers that are added up, subtracted and divided, two by two."""

_ROUNDED = Decimal("0.1")
"""Share of a number by which rounding may change it."""

_LONGEST_NUMBER = 30
"""Digits; a longer one counts nothing."""


@dataclass(frozen=True, slots=True)
class Date:
    """A date; parts that are not said are None."""

    year: int | None
    month: int | None
    day: int | None

    def is_told_by(self, other: Date) -> bool:
        """Whether `other` says all that this one says."""
        pairs = ((self.year, other.year), (self.month, other.month), (self.day, other.day))
        return all(mine is None or mine == theirs for mine, theirs in pairs)

    @property
    def first_day(self) -> date | None:
        """The day, or the first one of the month or year; None where its year is not said, or there is no such day."""
        if self.year is None or (self.day and not self.month):
            return None
        try:
            return date(self.year, self.month or 1, self.day or 1)
        except ValueError:  # the 30th of February
            return None

    @property
    def last_day(self) -> date | None:
        """The day, or the last one of the month or year; None as for the first."""
        first = self.first_day
        if first is None or self.day:
            return first
        month = self.month or 12
        return first.replace(month=month, day=monthrange(first.year, month)[1])


@dataclass(frozen=True, slots=True)
class Number:
    """A number. `unit` is "percent", "ordinal", a currency, or empty."""

    value: Decimal
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Quantities:
    """Numbers and dates of a text. `years` are those said by themselves, as in "in 2025"; they count nothing."""

    dates: tuple[Date, ...]
    years: frozenset[int]
    numbers: frozenset[Number]


@lru_cache(maxsize=4096)
def quantities_in(text: str) -> Quantities:
    in_numerals, rest = _dates_in_numerals(as_matched(text))
    dates, rest = _dates(rest)
    years, rest = _dated_years(rest)
    years += [told.year for told in in_numerals if told.year and not told.month]
    dates += [told for told in in_numerals if told.month or told.day]
    return Quantities(tuple(dates), frozenset(years), frozenset(_numbers(rest)))


def years_in(text: str) -> frozenset[int]:
    """Return the years from 1500 to 2099: "in 2025" and "the 2025 plan", but not "2000 workers" or "2,000"."""
    matched = as_matched(text)
    alone = (int(match["year"]) for match in _YEAR_ALONE.finditer(matched) if not _counts_things(match))
    return frozenset((*alone, *(written.year for written in dates_in_numerals(matched) if written.year)))


def date_stretches(text: str) -> list[tuple[int, int]]:
    """Return where dates and years are written, each once, in the longest form; in code points."""
    matched = as_matched(text)
    found = [match.span() for pattern in _DATES[:-1] for match in pattern.finditer(matched)]
    found += [match.span("month") for match in _DATES[-1].finditer(matched)]
    found += [match.span("year") for match in _YEAR_ALONE.finditer(matched) if not _counts_things(match)]
    found += [(written.start, written.end) for written in dates_in_numerals(matched)]
    return _longest(found)


def date_written(stretch: str) -> Date | None:
    """Return the date or year that is written in one of `date_stretches`."""
    if stretch.isdigit():
        return Date(int(stretch), None, None)
    told = quantities_in(stretch)
    return next(iter((*told.dates, *(Date(year, None, None) for year in told.years))), None)


def amount_stretches(text: str) -> list[tuple[int, int]]:
    """Return where numbers are written, each with its sign, scale and unit; in code points."""
    _, matched = _dates_in_numerals(as_matched(text))
    found = [_stripped(match) for match in _NUMBER.finditer(matched) if _value(match) is not None]
    found += [(amount.start, amount.end) for amount in amounts_in_numerals(matched)]
    return _longest(found)


def _stripped(match: re.Match[str]) -> tuple[int, int]:
    return match.start() + len(match.group()) - len(match.group().lstrip()), match.end()


def _longest(found: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return stretches in order, without those that lie in another."""
    kept: list[tuple[int, int]] = []
    for start, end in sorted(found, key=lambda one: (one[0], -one[1])):
        if not kept or end > kept[-1][1]:
            kept.append((start, end))
    return kept


def missing_quantities(claim: str, cited: Iterable[str]) -> tuple[bool, bool]:
    """Whether a number, and whether a date, of `claim` stands nowhere in `cited` and does not follow from what does.

    A number follows when it rounds one of the same unit that is told, or is the sum, difference, ratio or share of two;
    small ones may be counts of what is listed.
    """
    told = [quantities_in(text) for text in cited]
    dates = [date for one in told for date in one.dates]
    numbers = {number for one in told for number in one.numbers}
    years = {year for one in told for year in one.years} | {date.year for date in dates if date.year}
    values = {number.value for number in numbers}
    claimed, may_be_years = quantities_in(claim), years_in(claim)

    def is_told(number: Number) -> bool:
        if number in numbers or (number.unit in ("", "ordinal") and number.value <= _COUNTED):
            return True
        if number.unit == "ordinal":
            return False
        if number.value in may_be_years:
            return number.value in years or number.value in values
        return _follows(number, numbers, years)

    def is_told_year(year: int) -> bool:
        return year in years or Decimal(year) in values or any(abs(year - one) in values for one in years)

    lacks_number = not all(map(is_told, claimed.numbers)) or not all(map(is_told_year, claimed.years))
    return lacks_number, any(not any(map(date.is_told_by, dates)) for date in claimed.dates)


def _follows(number: Number, told: Collection[Number], years: Collection[int]) -> bool:
    """Whether a number rounds one that is told or is made of two: a sum, a difference, a share in per cent."""
    value = number.value
    alike = {one.value for one in told if not number.unit or one.unit in ("", number.unit)}
    if any(one == value or _rounds_to(one, value) for one in alike):
        return True
    if not number.unit and any(value + year in years for year in years):
        return True
    return any(one == value or _rounds_to(one, value) for one in _made_of(sorted(alike)[:_MOST_COMBINED]))


def _made_of(told: Sequence[Decimal]) -> Iterator[Decimal]:
    """Yield the sums, differences, ratios and shares of two, the sum of all, and what is left of a hundred."""
    yield sum(told, Decimal(0))
    yield from (100 - one for one in told if one < 100)
    for one, other in combinations(told, 2):
        yield from (one + other, other - one)
        if one > 0:
            yield from (one / other * 100, other / one, (other - one) / one * 100, (other - one) / other * 100)


def _rounds_to(exact: Decimal, rounded: Decimal) -> bool:
    """Whether `rounded` is `exact` with fewer digits and little else: 1.2 million for 1,187,432."""
    if rounded <= 0 or exact <= 0:
        return False
    last = Decimal(1).scaleb(rounded.normalize().adjusted() - len(rounded.normalize().as_tuple().digits) + 1)
    return abs(exact - rounded) <= min(last / 2, _ROUNDED * exact)


def _dates_in_numerals(text: str) -> tuple[list[Date], str]:
    """Return the dates that are written as Chinese does, and the text with spaces in their place."""
    dates = []
    for written in dates_in_numerals(text):
        dates.append(Date(written.year, written.month, written.day))
        text = _blanked(text, written.start, written.end)
    return dates, text


def _blanked(text: str, start: int, end: int) -> str:
    return text[:start] + " " * (end - start) + text[end:]


def _dates(text: str) -> tuple[list[Date], str]:
    """Return the dates, and the text with spaces in their place."""
    dates = []
    for pattern in _DATES:
        for match in pattern.finditer(text):
            parts = match.groupdict()
            month = parts["month"]
            number = int(month) if month.isdigit() else _MONTHS[month.lower()]
            dates.append(Date(_int(parts.get("year")), number, _int(parts.get("day"))))
        text = pattern.sub(lambda match: " " * len(match.group()), text)
    return dates, text


def _dated_years(text: str) -> tuple[list[int], str]:
    """Return the years after a word like "in", and the text with spaces in their place."""
    years = []
    for match in list(_YEAR_ALONE.finditer(text)):
        if _is_dated(match):
            years.append(int(match["year"]))
            text = _blanked(text, *match.span("year"))
    return years, text


def _is_dated(match: re.Match[str]) -> bool:
    return (match["before"] or "").strip().lower() in _DATED


def _counts_things(match: re.Match[str]) -> bool:
    """Whether it tells how many, as in "2000 workers": not after "in" or "the"."""
    counted = match["counted"]
    if counted is None:
        return counts_or_multiplies(match.string, match.end("year"))
    return not match["before"] and counted.lower() not in _COUNTS_NOTHING


def _int(digits: str | None) -> int | None:
    return int(digits) if digits else None


def _numbers(text: str) -> Iterator[Number]:
    for amount in amounts_in_numerals(text):
        if amount.value is not None:
            yield Number(amount.value, amount.unit)
        text = _blanked(text, amount.start, amount.end)
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
        if len(match["digits"]) > _LONGEST_NUMBER:
            return None
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
    """Return 205 for "two hundred and five"; None for "one", and for what is only joined, like "two and"."""
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

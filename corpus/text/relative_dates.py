"""Which dates are meant by words that count from the day of publication: "on Saturday", "yesterday", "last month"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

from corpus.text.english import ENGLISH
from corpus.text.lexicons import alternation

_WEEKDAYS = {f"{date(2024, 1, day):%A}".lower(): day - 1 for day in range(1, 8)}
"""As `date.weekday` numbers them: the first of January 2024 was a Monday."""

_DAYS = ENGLISH.values("relative_days")
_SPANS = ENGLISH.values("from_now")
_MONTHS = ENGLISH.values("months")
_FUTURE = re.compile(rf"\b{ENGLISH.any_of('of_the_future')}\b|[’']ll\b", re.IGNORECASE)

_RELATIVE = re.compile(
    rf"""
    \b (?:
        (?: (?P<which> {alternation(_SPANS)} ) \s+ )? (?P<weekday> {ENGLISH.any_of("weekdays")} )
        (?! s\b | ,\s+ (?: \d | {alternation(_MONTHS)} ) )
      | (?P<day> {alternation(_DAYS)} )
      | (?P<span> {alternation(_SPANS)} ) \s+ (?P<unit> month | year | {alternation(_MONTHS)} )
    ) \b (?! ['’] | \s+ \d | \s* \( )
    """,
    re.VERBOSE | re.IGNORECASE,
)


_YEAR = re.compile(r"(?<!\d)(?:1[89]|20)\d\d(?!\d)")
_WORD = re.compile(r"\w")
_NAME = re.compile(r"\s[A-Z]")
_ENDS_IN_A_NAME = re.compile(r"\b[A-Z][\w’'-]*\s$")
_PAST = re.compile(rf"\b(?:\w{{2,}}ed|{ENGLISH.any_of('irregular_verb_forms')}|was|were|had)\b", re.IGNORECASE)
_OPENS = re.compile(r"^\W*On\s$")
_ON = re.compile(r"\bon\s$")
_HAPPENED_ON = re.compile(rf"{_PAST.pattern}(?:\s(?!to\b)[\w’'%-]+){{0,2}},?\son\s$", re.IGNORECASE)
_AND_IT_HAPPENED = re.compile(rf"^\s{_PAST.pattern}", re.IGNORECASE)


class RelativeDate(NamedTuple):
    """`text[start:end]` means `date`, which is "14 September 2019", "September 2019" or "2019"."""

    start: int
    end: int
    date: str


def relative_dates(text: str, published: date) -> Iterator[RelativeDate]:
    """Yield the words of `text`, one sentence, that mean a date which `published` settles, in order.

    A weekday is the last one up to `published`; with "next", or where the sentence tells what is to come, none is
    certain, so it is left out.
    """
    is_to_come = bool(_FUTURE.search(text))
    for match in _RELATIVE.finditer(text):
        if said := _date(match, published, is_to_come):
            yield RelativeDate(match.start(), match.end(), said)


def certain_dates(text: str, published: date) -> Iterator[RelativeDate]:
    """Yield those of `relative_dates` that a reader may be told as a fact.

    A weekday is certain where the words around it tell what has happened ("it closed on Monday"). Nothing is in a name
    ("Black Friday"), nor where the sentence tells of another year.
    """
    if any(int(year) != published.year for year in _YEAR.findall(text)):
        return
    for found in relative_dates(text, published):
        before, said, behind = text[: found.start], text[found.start : found.end], text[found.end :]
        is_name = _ENDS_IN_A_NAME.search(before) or _NAME.match(behind) or (said[0].isupper() and _WORD.search(before))
        is_weekday = said.lower().split()[-1] in _WEEKDAYS
        if _happened(before, behind) if is_weekday else not is_name:
            yield found


def _happened(before: str, behind: str) -> bool:
    """Whether a weekday after "on" says when something happened that is told before, behind, or by the sentence."""
    if _OPENS.match(before):
        return bool(_PAST.search(behind))
    return bool(_HAPPENED_ON.search(before) or (_ON.search(before) and _AND_IT_HAPPENED.match(behind)))


def with_dates(text: str, published: date | None) -> str:
    """Return `text`, one sentence, with the dates in brackets after the words that mean them."""
    if published is None:
        return text
    parts, last = [], 0
    for found in relative_dates(text, published):
        parts += [text[last : found.end], f" ({found.date})"]
        last = found.end
    return "".join((*parts, text[last:]))


def next_weekdays(text: str, published: date) -> Iterator[str]:
    """Yield, for each weekday in `text`, the date of the next one after `published`: it may be what is meant."""
    for match in _RELATIVE.finditer(text):
        if match["weekday"]:
            ahead = (_WEEKDAYS[match["weekday"].lower()] - published.weekday()) % 7 or 7
            try:
                yield _of_day(published + timedelta(days=ahead))
            except OverflowError:  # after the year 9999
                return


def _date(match: re.Match[str], published: date, is_to_come: bool) -> str:
    try:
        if match["weekday"]:
            which = (match["which"] or "").lower()
            if is_to_come or _SPANS.get(which, 0) > 0:
                return ""
            back = (published.weekday() - _WEEKDAYS[match["weekday"].lower()]) % 7
            if back == 0 and _SPANS.get(which, 0) < 0:
                back = 7
            return _of_day(published - timedelta(days=back))
        if match["day"]:
            return _of_day(published + timedelta(days=_DAYS[match["day"].lower()]))
        return _of_span(match["unit"].lower(), _SPANS[match["span"].lower()], published)
    except (OverflowError, ValueError):  # before the year 1, or after 9999
        return ""


def _of_span(unit: str, offset: int, published: date) -> str:
    if unit == "year":
        return str(published.year + offset)
    if unit == "month":
        months = published.year * 12 + published.month - 1 + offset
        return f"{date(months // 12, months % 12 + 1, 1):%B %Y}"
    month = _MONTHS[unit]
    year = published.year + (offset if (month - published.month) * (offset or 1) <= 0 else 0)
    return f"{date(year, month, 1):%B %Y}"


def _of_day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"

"""The time of which a question asks: "in May 2024", "on 19 December 2025", "between February and June 2025"."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from assistant.groundedness.quantities import Date, date_stretches, date_written
from corpus.text.east_asian import EAST_ASIAN
from corpus.text.english import ENGLISH

_OPENS = re.compile(rf"\b{ENGLISH.any_of('begins_a_time')}\s+(?:\w+\s+)?$", re.IGNORECASE)
_DIGIT = re.compile(r"\d")

_REMEMBERED_TEXTS = 1024
"""Titles, which many units share, and sentences, which are looked at before they are read and after."""

_OPENS_BEHIND = re.compile(EAST_ASIAN.any_of("opens_a_time"))
_CLOSES_BEHIND = re.compile(EAST_ASIAN.any_of("closes_a_time"))
"""What stands behind such a day where words of time follow it: 2025年以来, 2025年まで."""

_CLOSES = re.compile(rf"\b{ENGLISH.any_of('ends_a_time')}\s+(?:\w+\s+)?$", re.IGNORECASE)


class Time(NamedTuple):
    """From the `first` day to the `last`, both included."""

    first: date
    last: date

    def overlaps(self, other: Time) -> bool:
        return self.first <= other.last and other.first <= self.last


def asked_time(question: str) -> Time | None:
    """Return the time of which a question asks, by the dates and years that it names; None where it names none.

    Of several it is all between them. What is asked "since" or "after" a date has no end, "until" one no beginning.
    """
    found: list[Time] = []
    for start, end in date_stretches(question):
        time = time_of(date_written(question[start:end]))
        if time and (_OPENS.search(question[:start]) or _OPENS_BEHIND.match(question, end)):
            time = time._replace(last=date.max)
        elif time and (_CLOSES.search(question[:start]) or _CLOSES_BEHIND.match(question, end)):
            time = time._replace(first=date.min)
        found += [time] if time else []
    return Time(min(one.first for one in found), max(one.last for one in found)) if found else None


@lru_cache(_REMEMBERED_TEXTS)
def times_told(text: str) -> tuple[Time, ...]:
    """Return the dates and years that a text tells."""
    if not _DIGIT.search(text):  # most sentences, of which years and days are looked for at ten times the cost
        return ()
    told = (time_of(date_written(text[start:end])) for start, end in date_stretches(text))
    return tuple(time for time in told if time)


def time_of(told: Date | None) -> Time | None:
    """Return the day, month or year of a date; None where its year is not known, or there is no such day."""
    if told is None or told.first_day is None:
        return None
    last = told.last_day
    return Time(told.first_day, last) if last else None

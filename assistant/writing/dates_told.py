"""Dates that sentences tell: for the entries of a timeline."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from assistant.answer import Evidence
from assistant.frame.frame import ENGLISH_FRAME, Frame
from assistant.groundedness.quantities import date_stretches, date_written
from assistant.writing.shown import told_on
from corpus.text.relative_dates import certain_dates

_AHEAD = timedelta(days=60)
"""A day without a year that were further ahead of its telling is one of the year before."""


@dataclass(frozen=True, slots=True)
class DateTold:
    """A date as exactly as it is told: `first_day` is its beginning, `label` says no more than the sentence."""

    first_day: date
    label: str


def date_told(item: Evidence, frame: Frame = ENGLISH_FRAME) -> DateTold | None:
    """Return the first date that a sentence tells, in full or as its article settles it; None where it tells none."""
    told = [*_written(item, frame), *_meant(item, frame)]
    return min(told, key=lambda one: one[0])[1] if told else None


def _written(item: Evidence, frame: Frame) -> Iterator[tuple[int, DateTold]]:
    for start, end in date_stretches(item.text):
        if found := _of(item.text[start:end], told_on(item), frame):
            yield start, found


def _meant(item: Evidence, frame: Frame) -> Iterator[tuple[int, DateTold]]:
    day = told_on(item)
    for found in certain_dates(item.text, day) if day else ():
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

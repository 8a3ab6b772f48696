"""The day as of which a question asks: "by the end of March 2025", "as of 5 May 2024"."""

from __future__ import annotations

import re
from datetime import date, timedelta

from assistant.groundedness.quantities import date_stretches, date_written
from corpus.text.english import ENGLISH

_AS_OF = re.compile(rf"\b(?:{ENGLISH.any_of('as_of')}|{ENGLISH.any_of('ends_of')})\s+(?:the\s+)?$", re.IGNORECASE)
"""What stands before such a day; "by June" alone may be a deadline."""


def as_of(question: str) -> date | None:
    """Return the last day on which what is asked for was to be told; None where a question names none.

    A month or a year alone means its last day.
    """
    for start, end in date_stretches(question):
        if _AS_OF.search(question[:start]) and (last := _last_day(question[start:end])):
            return last
    return None


def _last_day(written: str) -> date | None:
    told = date_written(written)
    first = told.first_day if told else None
    if told is None or first is None or told.day:
        return first
    if told.month is None:
        return first.replace(month=12, day=31)
    return (first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)

"""The day as of which a question asks: "by the end of March 2025", "as of 5 May 2024"."""

from __future__ import annotations

import re
from datetime import date, timedelta

from assistant.groundedness.quantities import date_stretches, quantities_in
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
    if written.isdigit():
        return date(int(written), 12, 31)
    told = next(iter(quantities_in(written).dates), None)
    if told is None or told.year is None or told.month is None:
        return None
    try:
        first = date(told.year, told.month, told.day or 1)
    except ValueError:  # the 30th of February
        return None
    return first if told.day else (first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)

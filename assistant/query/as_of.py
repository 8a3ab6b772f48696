"""The day as of which a question asks: "by the end of March 2025", "as of 5 May 2024", 截至2025年3月."""

from __future__ import annotations

import re
from datetime import date

from assistant.groundedness.quantities import Date, date_stretches, date_written
from assistant.query.language import read_by_lexicons
from corpus.text.english import ENGLISH
from corpus.text.lexicons import Language

_AS_OF = re.compile(
    rf"(?:\b{ENGLISH.any_of('as_of')}|\b{ENGLISH.any_of('ends_of')}|\bhad\b.*\bby)\s+(?:the\s+)?$", re.IGNORECASE
)
"""What stands before such a day; "by June" alone may be a deadline, but the past perfect looks back from it."""

_TEN = 10


def as_of(question: str) -> date | None:
    """Return the last day on which what is asked for was to be told; None where a question names none.

    A month or a year alone means its last day.
    """
    if language := read_by_lexicons(question):
        return _by_lexicons(question, language)
    for start, end in date_stretches(question):
        if _AS_OF.search(question[:start]) and (told := date_written(question[start:end])) and told.last_day:
            return told.last_day
    return None


def _by_lexicons(question: str, language: Language) -> date | None:
    found = language.phrase("as_of").search(question)
    if found is None:
        return None
    return Date(*(_number(found[part], language) for part in ("year", "month", "day"))).last_day


def _number(written: str | None, language: Language) -> int | None:
    """Return a number in digits or numerals, of which ten may count others: 二十三 is 23, 二〇二五 is 2025."""
    if written is None or written.isdigit():
        return int(written) if written else None
    number = 0
    values = language.values("numerals")
    for numeral in written:
        value = int(numeral) if numeral.isdigit() else values[numeral]
        if value == _TEN:
            number = (number or 1) * _TEN
        else:
            number = number + value if _TEN in (values.get(one) for one in written) else number * _TEN + value
    return number

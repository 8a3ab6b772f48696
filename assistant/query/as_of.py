"""The day as of which a question asks: "by the end of March 2025", "as of 5 May 2024", 截至2025年3月."""

from __future__ import annotations

import re
from datetime import date

from assistant.groundedness.quantities import date_stretches, date_written
from assistant.query.language import read_by_lexicons
from corpus.text.english import ENGLISH
from corpus.text.lexicons import Language

_AS_OF = re.compile(
    rf"(?:\b{ENGLISH.any_of('as_of')}|\b{ENGLISH.any_of('ends_of')}|\bhad\b.*\bby)\s+(?:the\s+)?$", re.IGNORECASE
)
"""What stands before such a day; "by June" alone may be a deadline, but the past perfect looks back from it."""


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
    begins = {found.end() for found in language.phrase("as_of").finditer(question)}
    for start, end in date_stretches(question):
        if start in begins and (told := date_written(question[start:end])):
            return told.last_day
    return None

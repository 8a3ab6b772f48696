"""On which day a sentence was told, and the dates that its words mean from there: "on Monday"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta

from assistant.answer import Evidence
from assistant.groundedness.quantities import date_stretches, date_written
from corpus.article import Article
from corpus.attributions.first_person import is_a_speech
from corpus.attributions.index import is_quoted
from corpus.text.relative_dates import RelativeDate, certain_dates

_SPOKEN_BEFORE = timedelta(days=31)
"""A speech is published within a month of its day; of what is older it speaks."""

_HEADING = 300
"""Characters in which a speech says when it was made."""

_LONGEST_LINE = 80
"""Characters of a heading, or of a line with a date."""

_LINE = re.compile(r"[^\n]+")


def told_on(item: Evidence) -> date | None:
    """Return the day on which a sentence was told: that of its post, of the speech that the article is, or of the
    article."""
    posted = item.unit.posted if item.unit else None
    return posted.date() if posted else day_of_speech(item.hit.article) or item.hit.article.published


def day_of_speech(article: Article) -> date | None:
    """Return the day on which the speech that an article is was made, as its title or heading says; None of others."""
    if article.published is None or not is_a_speech(article):
        return None
    lines = (match.group() for match in _LINE.finditer(article.text, 0, _HEADING))
    headings = (article.title, *(line for line in lines if len(line) <= _LONGEST_LINE))
    days = (day for heading in headings for day in _days_in(heading))
    return next((day for day in days if article.published - _SPOKEN_BEFORE <= day <= article.published), None)


def dates_meant(item: Evidence) -> Iterator[RelativeDate]:
    """Yield the dates that words of a sentence mean for certain, in order.

    Within quotation marks nobody knows from which day on somebody counts, unless that of their speech is told.
    """
    day = told_on(item)
    is_of_a_speech = day_of_speech(item.hit.article) is not None
    for found in certain_dates(item.text, day) if day else ():
        if is_of_a_speech or not is_quoted(item.hit.article, item.start + found.start):
            yield found


def _days_in(text: str) -> Iterator[date]:
    for start, end in date_stretches(text):
        told = date_written(text[start:end])
        if told and told.day and (day := told.first_day):
            yield day

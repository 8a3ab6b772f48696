"""Datelines: the place, and perhaps the day, from where a report is told, before the dash of its first paragraph."""

from __future__ import annotations

import re

from corpus.text.english import ENGLISH

_DATELINE = re.compile(
    rf"""
    (?P<dateline>
        [A-Z] [A-Z’'.-]+ (?: \s [A-Z][A-Z’'.-]* ){{0,3}}                  # PORT MARLOW
        (?: , \s [A-Z][\w.]* (?: \s [A-Z][\w.]* )? )??                 # , Finland
        (?: ,? \s (?i: {ENGLISH.any_of("months")} | {ENGLISH.any_of("short_months")} [.]? ) \s \d{{1,2}} )?
        (?: , \s \d{{4}} )?
    )
    (?: \s \( [^()\n]{{2,30}} \) )? \s [—–-]{{1,2}} \s                 # (an agency) -
    """,
    re.VERBOSE,
)


def dateline_of(text: str, start: int, end: int) -> tuple[int, int] | None:
    """Return [start, end) of the dateline with which the paragraph `text[start:end]` begins; None without one."""
    found = _DATELINE.match(text, start, end)
    return found.span("dateline") if found else None

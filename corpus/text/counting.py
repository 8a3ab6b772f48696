"""What is counted off in prose: "First, ... Second, ... And finally, ...", and what announces it."""

from __future__ import annotations

import re

from corpus.text.english import ENGLISH

_ORDINALS = {**ENGLISH.values("first_ordinals"), **ENGLISH.values("further_ordinals")}
_COUNTS = re.compile(
    rf"""
    ["“]? (?: and \s+ )?
    (?: (?P<ordinal> {ENGLISH.any_of("first_ordinals", "further_ordinals")} )
        (?: ly | \s of \s all | \s and \s foremost )?
      | {ENGLISH.any_of("counts_as_last")} ) , \s
    """,
    re.VERBOSE | re.IGNORECASE,
)
_ANNOUNCES = re.compile(rf"\b{ENGLISH.any_of('number_words', 'announces_several')}\b", re.IGNORECASE)

_NUMBER = re.compile(
    rf"\b(?P<word> {ENGLISH.any_of('number_words')} ) \b | \b \d{{1,2}} \b", re.VERBOSE | re.IGNORECASE
)

LAST = 0
"""What "finally" counts as."""


def counted_as(text: str) -> int | None:
    """Return as which of several a paragraph counts what it tells, from 1, or `LAST`; None where it counts nothing."""
    counts = _COUNTS.match(text)
    if counts is None:
        return None
    return _ORDINALS[counts["ordinal"].lower()] if counts["ordinal"] else LAST


def announces_several(sentence: str) -> bool:
    """Whether a sentence may lead in what is counted off after it: "we have three wishes"."""
    return _ANNOUNCES.search(sentence) is not None


def small_numbers(sentence: str) -> frozenset[int]:
    """Return the whole numbers below a hundred that a sentence says, in words or digits: how many there may be."""
    values = ENGLISH.values("number_words")
    return frozenset(
        values[found["word"].lower()] if found["word"] else int(found.group()) for found in _NUMBER.finditer(sentence)
    )

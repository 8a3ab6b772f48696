"""Notes of a page, told by their words: furniture, which stands around an article, contacts, and corrections of the
article."""

from __future__ import annotations

import re

from corpus.text.english import ENGLISH

_LONGEST = 240
"""Characters; a longer paragraph that begins like furniture tells something."""

_FURNITURE = re.compile(
    rf"""
    \W{{0,3}} (?: (?i: {ENGLISH.any_of("furniture")} ) (?! \w ) .*
      | (?i: (?: additional \s )? {ENGLISH.any_of("credits")} \s by ) \b .*
      | (?: By | BY ) (?: \s [A-Z] [\w.’'-]+ ){{2,4}} (?: , .* )?         # who wrote it
      | \W* (?i: {ENGLISH.pattern("advertising")} )
      | [©] .*
    )
    """,
    re.VERBOSE | re.DOTALL,
)


def is_furniture(text: str) -> bool:
    """Whether a paragraph is no part of what an article tells."""
    return len(text) <= _LONGEST and _FURNITURE.fullmatch(text) is not None


_CONTACT_LABEL = re.compile(rf"(?:.*\s)?{ENGLISH.any_of('contact_labels')}", re.IGNORECASE)
_REACHES_SOMEBODY = re.compile(r"[(+]?\d[\d\s().–-]{6,}|[\w.+-]+@\w")
"""A phone number, or an e-mail address."""


def is_contact(label: str, behind: str) -> bool:
    """Whether `label`, before a colon, and what stands `behind` that tell how to reach somebody, and no speaker."""
    return _CONTACT_LABEL.fullmatch(label) is not None or _REACHES_SOMEBODY.match(behind) is not None


_CORRECTION = re.compile(
    rf"\W{{0,3}} (?i: {ENGLISH.any_of('corrections')} | {ENGLISH.any_of('retractions')} ) (?! \w )", re.VERBOSE
)
_RETRACTION = re.compile(rf"\W{{0,3}} (?i: {ENGLISH.any_of('retractions')} ) (?! \w )", re.VERBOSE)


def is_correction(text: str) -> bool:
    """Whether a paragraph says what the article in which it stands has or had wrong, or takes it back."""
    return _CORRECTION.match(text) is not None


def is_retraction(text: str) -> bool:
    """Whether a correction takes the whole article back."""
    return _RETRACTION.match(text) is not None

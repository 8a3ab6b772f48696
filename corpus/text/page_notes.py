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


_FIELDS = ENGLISH.words("field_labels")
_TITLES = ENGLISH.words("titles")
_ENDS_A_SENTENCE = re.compile(r"""[.!?…。！？] ["'”’)\]]* \s* \Z""", re.VERBOSE)


def labels_no_speaker(label: str, behind: str) -> bool:
    """Whether `label`, before a colon, and what stands `behind` tell how to reach somebody or what a thing is."""
    return _is_contact(label, behind) or _is_field(label, behind)


def _is_contact(label: str, behind: str) -> bool:
    """Whether `label`, before a colon, and what stands `behind` that tell how to reach somebody, and no speaker."""
    return _CONTACT_LABEL.fullmatch(label) is not None or _REACHES_SOMEBODY.match(behind) is not None


def _is_field(label: str, behind: str) -> bool:
    """Whether `label`, before a colon, says what stands `behind` that ("Date", "Case number"), and is no speaker.

    Of several words the last one may be a surname ("Ann Summary: We stay."), and is where a sentence follows.
    """
    first, *rest = (word.strip(".") for word in label.lower().split())
    if _FIELDS.issuperset((first, *rest)):
        return True
    return (rest or [first])[-1] in _FIELDS and first not in _TITLES and not is_sentence(behind)


def is_value(text: str) -> bool:
    """Whether what stands behind a label is a name, day or number, as nobody speaks: "Dr. Ann Lee", "May 4, 2025"."""
    return not is_sentence(text) and not any(word[0].islower() for word in text.split())


def is_sentence(text: str) -> bool:
    """Whether a text ends as a sentence does."""
    return _ENDS_A_SENTENCE.search(text) is not None


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

"""Furniture: text that stands around an article on its page, told by its words, whatever the format."""

from __future__ import annotations

import re

from corpus.text.english import ENGLISH

_LONGEST = 240
"""Characters; a longer paragraph that begins like furniture tells something."""

_FURNITURE = re.compile(
    rf"""
    \W{{0,3}} (?: (?i: {ENGLISH.any_of("furniture")} ) .*
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

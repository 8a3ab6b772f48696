"""Characters that show nothing themselves, or show what stands beside them in another order."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

_MAX_MARKS = 6
"""Marks on one letter of a name: more than any language needs, fewer than hide the lines above and below."""

_OVERRIDES = "\u202d\u202e"
_DIRECTIONS = f"\u202a-\u202c{_OVERRIDES}\u2066-\u2069"

_OVERRIDE = re.compile(f"[{_OVERRIDES}]")

_JOINING = "\u0600-\u08ff\u0900-\u0dff\u1000-\u109f\u1780-\u17ff\u1800-\u18af\ufb50-\ufdff\ufe70-\ufefc"
"""Letters of scripts that are written with joiners: Arabic and its kin, those of India, Burmese, Khmer, Mongolian."""

_PICTURES = "\u2190-\u2bff\ufe0f\U0001f000-\U0001faff"
"""Emoji, and what stands in their sequences."""

_HIDDEN = re.compile(
    rf"""
      [{_DIRECTIONS}]
    | [\u200b\u2060-\u2065\u206a-\u206f\ufeff\ufff9-\ufffb]    # zero-width spaces, invisible operators, annotations
    | [\u115f\u1160\u3164\uffa0\u17b4\u17b5\u180e]             # fillers
    | [\U000e0000-\U000e00ff]                                  # tags, in which a hidden text can be spelt
    | (?<! [{_JOINING}{_PICTURES}] ) [\u200c\u200d]            # joiners behind what does not join
    | [\u200c\u200d] (?! [{_JOINING}{_PICTURES}\s.,:;!?)\u00bb\u201d] | $ )   # and before it
    | (?<= [\ufe00-\ufe0f\U000e0100-\U000e01ef] ) [\ufe00-\ufe0f\U000e0100-\U000e01ef]    # one selector is enough
    """,
    re.VERBOSE,
)


def without_overrides(text: str) -> str:
    """Return `text` without what shows letters against their own direction, which no writing needs."""
    return _OVERRIDE.sub("", text)


def without_hidden(text: str) -> str:
    """Return `text` without characters that show nothing or reorder others.

    Joiners stay between letters of scripts that need them and within emoji, soft hyphens and the weak direction
    marks of Hebrew and Arabic stay; flags that are spelt in tags become plain ones.
    """
    return _HIDDEN.sub("", text)


def with_few_marks(text: str) -> str:
    """Return `text` without the marks that would pile up on a letter."""
    return "".join(_letters_with_few_marks(text))


def _letters_with_few_marks(text: str) -> Iterator[str]:
    marks = 0
    for letter in text:
        marks = marks + 1 if unicodedata.category(letter) in ("Mn", "Me") else 0
        if marks <= _MAX_MARKS:
            yield letter

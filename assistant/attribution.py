"""Whose position a sentence gives. *Who says it* is part of a question: what China's premier said does not answer
what the US says, however much it is about the same thing."""

from __future__ import annotations

import re

from assistant.names import names_in, sides_in
from assistant.pointing_words import DESCRIBED, PRONOUNS

_LOOK_BACK = 400
"""Characters before a sentence in which what it points back to has been named."""

_POINTS_BACK = re.compile(rf"^\W*(?:{PRONOUNS}|that|such|{DESCRIBED})\b", re.IGNORECASE)
_LINE_OR_SENTENCE = re.compile(r"(?<=[.!?…。])\s+|\n")


def may_speak_for(side: str, text: str, start: int, end: int) -> bool:
    """Whether the sentence `text[start:end]` can answer what `side` says: it, or whom it points to, is of that side.

    A sentence about nobody's side may (it is judged by its words); one about other sides only may not.
    """
    sides = sides_in(text[start:end]) or _sides_pointed_to(text, start, end)
    return not sides or side in sides


def _sides_pointed_to(text: str, start: int, end: int) -> frozenset[str]:
    """The sides of the sentence before ("The plan ..."), else of where the first person named was introduced."""
    sentence = text[start:end]
    if _POINTS_BACK.match(sentence):
        before = _LINE_OR_SENTENCE.split(text[max(0, start - _LOOK_BACK) : start].rstrip())
        return sides_in(before[-1])
    return next((sides for name in names_in(sentence) if (sides := _side_of(name, text))), frozenset())


def _side_of(name: str, text: str) -> frozenset[str]:
    """The sides in the sentence that first names this person: "Li Qiang, China's premier, ..." -> {"China"}."""
    named = re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text)
    if named is None:
        return frozenset()
    first = named.start()
    start = max(text.rfind("\n", 0, first), text.rfind(". ", 0, first)) + 1
    sentence = _LINE_OR_SENTENCE.split(text[start : first + _LOOK_BACK].lstrip())[0]
    return sides_in(sentence)

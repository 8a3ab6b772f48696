"""Turns that ask nothing new, but for more of an answer, for its sources, or how sure it is.

The whole of what was typed has to be such a wish: "tell me more about the strike" asks something of its own.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum

from assistant.conversation.small_talk import is_small_talk
from corpus.text.english import ENGLISH

_LONGEST = 80
"""Characters: such turns are short."""

_ENDS = re.compile(r"[.,;:!?…]+")
"""Of a remark."""


class Wish(StrEnum):
    """What is wished of the answer before."""

    MORE = "more"
    SOURCES = "sources"
    CERTAINTY = "certainty"


_WISHES = {
    wish: re.compile(pattern, re.VERBOSE | re.IGNORECASE)
    for wish, pattern in (
        (Wish.MORE, ENGLISH.pattern("wishes_for_more")),
        (Wish.SOURCES, ENGLISH.pattern("wishes_for_sources")),
        (Wish.CERTAINTY, ENGLISH.pattern("wishes_for_certainty")),
    )
}


def wish_of(turn: str) -> Wish | None:
    """Return what a turn wishes of the answer before it; None where it asks something itself."""
    if len(turn) > _LONGEST:
        return None
    remarks = [" ".join(remark.split()) for remark in _ENDS.split(turn)]
    wishes = [_wish_of_remark(remark) for remark in remarks if remark and not is_small_talk(remark)]
    return wishes[0] if wishes and None not in wishes else None


def _wish_of_remark(remark: str) -> Wish | None:
    return next((wish for wish, pattern in _WISHES.items() if pattern.fullmatch(remark)), None)


_OURS = re.compile(r"\[[^\[\]]{0,60}\]")
"""Numbers of sources, and dates that an answer put beside words of the text."""

_WORD = re.compile(r"\w+")

_MOSTLY = 0.9
"""Share of a sentence's words, in a row of three, that stand in what was said: then it was said."""


def was_said(sentence: str, said: Sequence[str]) -> bool:
    """Whether a sentence stands in one of the texts, whatever marks and dates stand between its words."""
    rows = _rows(sentence)
    return any(len(rows & _rows(text)) >= _MOSTLY * len(rows) for text in said)


def _rows(text: str) -> set[tuple[str, ...]]:
    words = [word.casefold() for word in _WORD.findall(_OURS.sub(" ", text))]
    return {tuple(words[n : n + 3]) for n in range(max(1, len(words) - 2))}

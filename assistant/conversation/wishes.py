"""Turns that ask nothing new, but for more of an answer, for its sources, or how sure it is.

The whole of what was typed has to be such a wish: "tell me more about the strike" asks something of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from enum import StrEnum

from assistant.conversation.small_talk import is_small_talk
from assistant.query.language import read_by_lexicons
from corpus.text.english import ENGLISH
from corpus.text.lexicons import Language

_LONGEST = 80
"""Characters: such turns are short."""

_ENDS = re.compile(r"[.,;:!?…。，、；：！？～]+")
"""Of a remark."""


class Wish(StrEnum):
    """What is wished of the answer before."""

    MORE = "more"
    SOURCES = "sources"
    CERTAINTY = "certainty"


_NAMES = {
    Wish.MORE: "wishes_for_more",
    Wish.SOURCES: "wishes_for_sources",
    Wish.CERTAINTY: "wishes_for_certainty",
}
"""The lexicon of each wish."""


def wish_of(turn: str) -> Wish | None:
    """Return what a turn wishes of the answer before it; None where it asks something itself."""
    if len(turn) > _LONGEST:
        return None
    remarks = [" ".join(remark.split()) for remark in _ENDS.split(turn)]
    language = read_by_lexicons(turn) or ENGLISH
    wishes = [_wish_of_remark(remark, language) for remark in remarks if remark and not is_small_talk(remark)]
    return wishes[0] if wishes and None not in wishes else None


def _wish_of_remark(remark: str, language: Language) -> Wish | None:
    return next((wish for wish, name in _NAMES.items() if language.phrase(name).fullmatch(remark)), None)


_OURS = re.compile(r"\[[^\[\]]{0,60}\]")
"""Numbers of sources, and dates that an answer put beside words of the text."""

_WORD = re.compile(r"\w+")

_ROW, _MOSTLY = 3, 0.9
"""Words in a row that are compared, and the share of a sentence's rows that have to stand in what was said."""


class Said:
    """What was said in a conversation."""

    def __init__(self, texts: Sequence[str]) -> None:
        words = [_words(text) for text in texts]
        self._rows = {size: {row for one in words for row in _rows(one, size)} for size in range(1, _ROW + 1)}

    def has(self, sentence: str) -> bool:
        """Whether a sentence was said, whatever marks and dates stood between its words."""
        words = _words(sentence)
        size = min(_ROW, len(words))
        rows = list(_rows(words, size)) if size else []
        return sum(row in self._rows[size] for row in rows) >= _MOSTLY * len(rows)


def _words(text: str) -> list[str]:
    return [word.casefold() for word in _WORD.findall(_OURS.sub(" ", text))]


def _rows(words: Sequence[str], size: int) -> Iterator[tuple[str, ...]]:
    return (tuple(words[n : n + size]) for n in range(len(words) - size + 1))

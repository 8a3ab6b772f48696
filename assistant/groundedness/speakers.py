"""Speakers of sentences, as reports name them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from assistant.groundedness.words import Word, words_of
from corpus.text.english import ENGLISH
from corpus.text.parties import parties_in

_SAYING = ENGLISH.words("saying")
_PRONOUNS = ENGLISH.words("speaker_pronouns")
_FAR = 8
"""Words before or after a verb of saying among which its speaker is looked for."""

_INVERTED = re.compile(r"[,”\"?!]\s*$")
_QUOTED = re.compile(r"[”\"?!]\s*$")

_NO_SPEAKER = ENGLISH.words("no_speaker_begins")


@lru_cache(maxsize=4096)
def speakers_in(text: str) -> tuple[str, ...]:
    """Return the words that name each speaker, in order: "the supply is short, said Li Qiang" -> ("Li Qiang",)."""
    words = words_of(text)
    return tuple(name for position in range(len(words)) if (name := _speaker(text, words, position)))


def is_pronoun(speaker: str) -> bool:
    words = [word for word in words_of(speaker) if word.stem or word.lower in _PRONOUNS]
    return bool(words) and words[-1].lower in _PRONOUNS and not any(word.text[0].isupper() for word in words[1:])


def is_same_speaker(speaker: str, other: str) -> bool:
    mine, theirs = _stems(speaker), _stems(other)
    if parties_in(speaker) & parties_in(other):
        return True
    names = {word.stem for word in words_of(speaker) if word.text[0].isupper() and word.stem}
    return bool((names or mine) & theirs)


def _stems(text: str) -> set[str]:
    return {word.stem for word in words_of(text) if word.stem}


def _speaker(text: str, words: Sequence[Word], position: int) -> str:
    word = words[position]
    if word.lower == "according" and position + 1 < len(words) and words[position + 1].lower == "to":
        return _join(text, list(_following(words, position + 1)))
    if word.text not in _SAYING:  # not the States of the United States
        return ""
    before, after = list(_before(words, position)), list(_following(words, position))
    if (
        not before
        or _QUOTED.search(text[: word.start])
        or (_INVERTED.search(text[: word.start]) and _closes(words, after))
    ):
        return _join(text, after)
    return _join(text, before)


def _closes(words: Sequence[Word], after: Sequence[Word]) -> bool:
    """Whether what follows a verb of saying names the speaker: "..., said Li Qiang", not "Li, the premier, said"."""
    if not after or after[0].lower in _NO_SPEAKER or (len(after) > 1 and after[0].lower in _PRONOUNS):
        return False
    return after[0].text[0].isupper() or (len(after) < _FAR // 2 and after[-1] is words[-1])


def _before(words: Sequence[Word], position: int) -> Iterator[Word]:
    """Yield the words back to where the clause begins; over an apposition ("Li Qiang, China's premier, said") to what
    it explains."""
    first = max(0, position - _FAR)
    clause = words[position].clause
    stretch = list(words[first:position])
    if stretch and stretch[-1].clause != clause:
        yield from (word for word in stretch if word.clause >= clause - 2)
        return
    yield from (word for word in stretch if word.clause == clause)


def _following(words: Sequence[Word], position: int) -> Iterator[Word]:
    clause = words[position].clause
    yield from (word for word in words[position + 1 : position + 1 + _FAR] if word.clause == clause)


def _join(text: str, words: Sequence[Word]) -> str:
    return text[words[0].start : words[-1].end] if words else ""

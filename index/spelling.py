"""Typing errors: a word that no passage has becomes the one that some have and that one slip makes of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from functools import cache
from string import ascii_lowercase

from corpus.text.analysis import content_terms

_WORD = re.compile(r"\b[A-Za-z][a-z]{4,29}\b")
_NAME_FROM, _NAME_WITH_ANOTHER_LETTER_FROM = 6, 8
"""Letters. Shorter words, and names, have too many like them: Hansson is not Hanson."""

_KEYS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")

_MOST_WORDS = 3
"""Of a question, that are corrected: what has more unknown words is about something else."""

_ENDING_TYPED, _ENDING_MEANT, _STEM = 3, 1, 5
"""Letters, at most, that may be an ending of what was typed and of what was meant; letters before it, at least."""

Rarity = Callable[[Collection[str]], dict[str, float]]


class Spelling:
    """Corrects questions, as P. Norvig's "How to Write a Spelling Corrector" (2007) does.

    A slip leaves a letter out, puts one in, takes the next key, or swaps two, but not the first; in a name it takes
    no other key: Lindgren is not Lundgren. Of the words that it may have been, known ones first, that is taken
    which most passages have. `rarity` knows the terms of all passages; a word that `is_word` knows, or an
    inflection of one, is left as it was typed: it was meant, and no passage has it.
    """

    def __init__(self, rarity: Rarity, is_word: Callable[[str], bool]) -> None:
        self._rarity = rarity
        self._is_word = is_word

    def corrected(self, question: str) -> str:
        typed = list(_WORD.finditer(question))
        known = self._rarity({term for word in typed for term in content_terms(word.group())})
        wrong = [word for word in typed if self._is_wrong(word.group(), known)]
        for word in reversed(wrong if len(wrong) <= _MOST_WORDS else []):
            question = question[: word.start()] + self._meant(word.group()) + question[word.end() :]
        return question

    def _is_wrong(self, word: str, known: Collection[str]) -> bool:
        terms = content_terms(word)
        if not terms or terms[0] in known or (word[0].isupper() and len(word) < _NAME_FROM):
            return False
        return not self._is_form(word, _ENDING_TYPED)

    def _is_form(self, word: str, ending: int) -> bool:
        """Whether it is a word, or one with an ending: "syringes"."""
        shortest = min(len(word), max(_STEM, len(word) - ending))
        return any(self._is_word(word[:end]) for end in range(shortest, len(word) + 1))

    def _meant(self, word: str) -> str:
        may_be = {one: content_terms(one) for one in _slips(word) if self._may_be_meant(word, one)}
        rarity = self._rarity({term for terms in may_be.values() for term in terms})
        commonness = {one: -rarity[terms[0]] for one, terms in may_be.items() if terms and terms[0] in rarity}
        best = max(
            commonness, key=lambda one: (self._is_word(one), commonness[one], one == may_be[one][0], one), default=word
        )
        return word[0] + best[1:]

    def _may_be_meant(self, typed: str, word: str) -> bool:
        """Whether a word may be taken for what was typed: names need not be known."""
        return typed[0].isupper() or self._is_form(word, _ENDING_MEANT)


def _slips(typed: str) -> Iterator[str]:
    """Yield each word of which one slip makes what was typed."""
    word, is_name = typed.casefold(), typed[0].isupper()
    for at in range(1, len(word) + 1):
        before, after = word[:at], word[at:]
        if len(after) > 1:
            yield before + after[1] + after[0] + after[2:]
        if not is_name or len(word) >= _NAME_WITH_ANOTHER_LETTER_FROM:
            yield from (before + letter + after for letter in ascii_lowercase)
            yield before + after[1:]
        if after and not is_name:
            yield from (before + letter + after[1:] for letter in _next_keys(after[0]))


@cache
def _next_keys(letter: str) -> str:
    """Return the letters around one on a keyboard."""
    row = next((number for number, keys in enumerate(_KEYS) if letter in keys), None)
    if row is None:
        return ""
    at = _KEYS[row].index(letter)
    return "".join(keys[max(0, at - 1) : at + 2] for keys in _KEYS[max(0, row - 1) : row + 2]).replace(letter, "")

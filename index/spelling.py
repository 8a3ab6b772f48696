"""Typing errors: a word that no passage has becomes the one that some have and that one slip makes of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from functools import cache
from string import ascii_lowercase

from corpus.text.analysis import content_terms
from corpus.text.english import ENGLISH

_WORD = re.compile(r"\b[A-Za-z][a-z]{4,29}\b")
_NAME_FROM, _NAME_WITH_ANOTHER_LETTER_FROM = 6, 8
"""Letters. Shorter words, and names, have too many like them: Hansson is not Hanson."""

_OPENS_A_SENTENCE = re.compile(r"(?:^|[.!?:])\W*$")
_OWNS = re.compile(r"[’']s?\b")
_LOOK_BACK = 4
"""Characters before a word that tell whether it opens a sentence."""

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
    which most passages have, and which `is_written` in one, as it stands: a stem is none. `rarity` knows the terms of
    all passages; a word that `is_word` knows, or an inflection of one, is left as it was typed: it was meant, and no
    passage has it. So are requests ("summarise"). A capital letter makes no name of the first word of a sentence.
    """

    def __init__(self, rarity: Rarity, is_word: Callable[[str], bool], is_written: Callable[[str], bool]) -> None:
        self._rarity = rarity
        self._is_word = is_word
        self._is_written = is_written
        self._requests = frozenset(term for word in ENGLISH.words("requests") for term in content_terms(word))

    def corrected(self, question: str) -> str:
        typed = list(_WORD.finditer(question))
        known = self._rarity({term for word in typed for term in content_terms(word.group())})
        wrong = [word for word in typed if self._is_wrong(word.group(), known)]
        for word in reversed(wrong if len(wrong) <= _MOST_WORDS else []):
            meant = self._meant(word.group(), may_be_unknown=_is_name(word))
            question = question[: word.start()] + meant + question[word.end() :]
        return question

    def _is_wrong(self, word: str, known: Collection[str]) -> bool:
        terms = content_terms(word)
        if not terms or terms[0] in known or terms[0] in self._requests:
            return False
        return not (word[0].isupper() and len(word) < _NAME_FROM) and not self._is_form(word, _ENDING_TYPED)

    def _is_form(self, word: str, ending: int) -> bool:
        """Whether it is a word, or one with an ending: "syringes"."""
        shortest = min(len(word), max(_STEM, len(word) - ending))
        return any(self._is_word(word[:end]) for end in range(shortest, len(word) + 1))

    def _meant(self, word: str, may_be_unknown: bool) -> str:
        """Return the likeliest word of which one slip makes `word`; itself where there is none."""
        slips = {one for one in _slips(word) if may_be_unknown or self._is_form(one, _ENDING_MEANT)}
        may_be = {one: content_terms(one) for one in slips}
        rarity = self._rarity({term for terms in may_be.values() for term in terms})
        commonness = {one: -rarity[terms[0]] for one, terms in may_be.items() if terms and terms[0] in rarity}
        likeliest_first = sorted(
            commonness, key=lambda one: (self._is_word(one), commonness[one], one == may_be[one][0], one), reverse=True
        )
        return word[0] + next(filter(self._is_written, likeliest_first), word)[1:]


def _is_name(word: re.Match[str]) -> bool:
    """Whether a word is capitalised, and not because it opens a sentence; what owns something is a name there, too."""
    if not word.group()[0].isupper():
        return False
    opens = _OPENS_A_SENTENCE.search(word.string[max(0, word.start() - _LOOK_BACK) : word.start()])
    return not opens or bool(_OWNS.match(word.string, word.end()))


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

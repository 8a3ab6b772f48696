"""Words as sentences are compared: their stems."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from corpus.text.analysis import content_terms
from corpus.text.english import ENGLISH

_WORD = re.compile(r"\w(?:[\w’'.&-]*\w)?")
"""U.S, Li's, 13-point."""

_HALF_WORDS = ENGLISH.words("half_words")


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a text at [start, end); `stem` is empty for words that say nothing by themselves."""

    text: str
    start: int
    end: int
    stem: str

    @property
    def lower(self) -> str:
        return plain(self.text)


@lru_cache(maxsize=4096)
def words_of(text: str) -> tuple[Word, ...]:
    return tuple(Word(word[0], *word.span(), stem_of(word[0])) for word in _WORD.finditer(text))


@lru_cache(maxsize=65536)
def stem_of(word: str) -> str:
    """Return the stem, empty for a stop word; the stems of a compound are joined: 13-point is "13 point"."""
    return " ".join(term for term in content_terms(without_possessive(plain(word))) if term not in _HALF_WORDS)


def stems_of(text: str) -> frozenset[str]:
    """Return all stems, compounds taken apart."""
    return frozenset(stem for word in words_of(text) for stem in word.stem.split())


def plain(text: str) -> str:
    """Return `text` in lower case, letters without marks, straight apostrophes."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.replace("’", "'"))
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter)).lower()


def without_possessive(word: str) -> str:
    return word.removesuffix("'s").removesuffix("’s").rstrip("'’")

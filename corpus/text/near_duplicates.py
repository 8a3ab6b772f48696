"""Near-duplicates: the same report told twice, in all but the same words.

Two texts are near-duplicates when their shingles resemble each other (Broder 1997, "On the resemblance and
containment of documents") and every fact in them is the same, in the same order: a story that differs in one
number, date, name, "not" or turn of events (rose, fell) is another story, however alike it reads.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property

from corpus.text.english import ENGLISH

_SHINGLE_WORDS = 3
_MIN_RESEMBLANCE = 0.75
"""Share of three-word shingles in common. A changed word of a 150-word passage costs 0.04, so that about six
small edits are allowed: what an agency's text goes through on its way into a newspaper."""

_WORD = re.compile(
    r"""
    [^\W_]+                 # letters or digits
    (?: [.,'’] [^\W_]+ )*   # joined: 2,000  3.5  isn't  U.S (but not 13-point or open-source)
    """,
    re.VERBOSE,
)

_DIGIT = re.compile(r"\d")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3})")


_NEGATIONS = ENGLISH.words("near_duplicate_negations")
_NEGATION = "not"

_TURNS = ENGLISH.values("turns_of_events")
_NUMBER_WORDS = ENGLISH.words("fact_numbers")
_OPENERS = ENGLISH.words("near_duplicate_openers")


class Signature:
    """The facts and shingles of a text. Make it once for each text; comparing two costs microseconds."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._facts = tuple(_facts(_WORD.findall(text)))

    @cached_property
    def _shingles(self) -> frozenset[int]:
        """Hashes of the runs of three normalised words, which take half the memory; a shorter text is one."""
        words = [_normalised(word) for word in _WORD.findall(self._text)]
        starts = range(max(1, len(words) - _SHINGLE_WORDS + 1))
        return frozenset(hash(tuple(words[start : start + _SHINGLE_WORDS])) for start in starts)

    def is_near(self, other: Signature) -> bool:
        """Whether both texts tell the same, in all but the same words. Symmetric."""
        # Facts differ between most texts, so the shingles of most are never made.
        return self._facts == other._facts and _resemblance(self._shingles, other._shingles) >= _MIN_RESEMBLANCE


def _resemblance(a: frozenset[int], b: frozenset[int]) -> float:
    """Jaccard similarity in [0, 1]; the sets are never empty."""
    return len(a & b) / len(a | b)


def _facts(words: list[str]) -> Iterator[str]:
    """Yield what must agree: negations, numbers, turns of events, and every word that is not written in lower case.

    That takes in names, months and weekdays; in scripts without case it takes in every word, so that texts
    which we cannot compare count as near-duplicates only when they are all but identical.
    """
    for word in words:
        plain = _normalised(word)
        if plain in _NEGATIONS or plain.endswith("n't"):
            yield _NEGATION
        elif plain in _TURNS:
            yield _TURNS[plain]
        elif plain in _NUMBER_WORDS or _DIGIT.search(plain) or not (word.islower() or plain in _OPENERS):
            yield plain


def _normalised(word: str) -> str:
    """Return a word without the differences in spelling that house styles make: case, apostrophes, dots, thousands."""
    plain = word.casefold().replace("’", "'").removesuffix("'s")
    if plain[0].isdigit():
        return _THOUSANDS.sub("", plain)
    return plain.replace(".", "")

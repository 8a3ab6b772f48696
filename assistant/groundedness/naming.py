"""Names of several words, and the acronyms that stand for them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from functools import lru_cache

from assistant.groundedness.words import Word, without_possessive, words_of
from corpus.text.english import ENGLISH

_WELL_KNOWN = ENGLISH.values("acronyms")
_SMALL = ENGLISH.words("small_words_in_names")

_LONGEST_NAME = 8
"""Words; bounds the work on a text in capitals."""


@lru_cache(maxsize=4096)
def acronyms_in(text: str) -> frozenset[str]:
    """Return the acronyms, in lower case, that names and well-known terms of `text` spell out."""
    stems = f" {_stems(text)} "
    known = {short for short, long in _WELL_KNOWN.items() if f" {_stems(long)} " in stems}
    return frozenset(known).union(*map(_spelt, name_runs(text, _SMALL)))


def as_acronym(word: str) -> str:
    """Return `word` as `acronyms_in` has it: U.S.'s is us; empty for what is no acronym."""
    bare = without_possessive(word).replace(".", "")
    return bare.lower() if bare.isupper() and len(bare) > 1 else ""


def name_runs(text: str, small: Collection[str] = ()) -> Iterator[list[Word]]:
    """Yield runs of capitalised words that only spaces part, and words of `small` after the first; a possessive ends
    its run."""
    run: list[Word] = []
    for word in words_of(text):
        belongs = (word.text[0].isupper() and word.stem) or (run and word.text in small)
        if run and not (belongs and _goes_on(text, run[-1], word)):
            yield run
            run = []
        if belongs and (run or word.text not in small):
            run.append(word)
    if run:
        yield run


def _goes_on(text: str, last: Word, word: Word) -> bool:
    return text[last.end : word.start] == " " and without_possessive(last.text) == last.text


def _stems(text: str) -> str:
    return " ".join(word.stem for word in words_of(text) if word.stem)


def _spelt(run: Sequence[Word]) -> set[str]:
    """Return the initials of each stretch of a name, with and without its small words."""
    found: set[str] = set()
    for words in (run, [word for word in run if word.text not in _SMALL]):
        letters = "".join(word.text[0].lower() for word in words)
        for start in range(len(letters)):
            found |= {letters[start:end] for end in range(start + 2, min(len(letters), start + _LONGEST_NAME) + 1)}
    return found

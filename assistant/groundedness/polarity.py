"""Polarity and modality: denials, possibilities, plans and demands of a text, none of which may be lost or added."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from assistant.groundedness.words import Word, words_of
from corpus.text.english import ENGLISH

_NEGATIONS = ENGLISH.words("denying")
_CONTRACTED = re.compile(r"n['’]t$", re.IGNORECASE)

_NEGATORS = ENGLISH.words("negators")
_POSSIBLE = ENGLISH.words("possible")
_INTENDED = ENGLISH.words("intended")
_NEEDS_TO = ENGLISH.words("intended_before_to")

_SCOPE = 3
"""Words that say something, after a word like "not" or "may", to which it applies."""

_OPPOSITES = ENGLISH.pairs("opposites")


@dataclass(frozen=True, slots=True)
class _Scope:
    """The first stems that a cue applies to, in its clause, and where the cue stands."""

    stems: tuple[str, ...]
    cue: int


@dataclass(frozen=True, slots=True)
class _Told:
    """A text by what it denies, holds possible, or intends. `outside` are the stems in no such scope."""

    denied: tuple[_Scope, ...]
    possible: tuple[_Scope, ...]
    intended: tuple[_Scope, ...]
    stems: tuple[str, ...]
    lower: frozenset[str]

    def outside(self, scopes: Collection[_Scope]) -> frozenset[str]:
        inside = [stem for scope in scopes for stem in scope.stems]
        rest = list(self.stems)
        for stem in inside:
            if stem in rest:
                rest.remove(stem)
        return frozenset(rest)


def flips_negation(claim: str, cited: Sequence[str]) -> bool:
    """Whether `claim` says what the cited sentences deny, or denies what they say."""
    if any(_splices(claim, text) or _splices(text, claim) for text in cited):
        return True
    claimed, told = _told(claim), [_told(text) for text in cited]
    said = claimed.outside(claimed.denied)
    lost = any(
        _applies(scope, said, text.outside(text.denied)) and not _meets(scope, claimed.denied)
        for text in told
        for scope in text.denied
    )
    asserted = frozenset(stem for text in told for stem in text.outside(text.denied))
    denied_there = [scope for text in told for scope in text.denied]
    added = any(
        scope.stems and scope.stems[0] in asserted and not _meets(scope, denied_there) for scope in claimed.denied
    )
    return lost or added


def _splices(text: str, other: str) -> bool:
    """Whether `text` has a negation between two words that stand together in `other`: "was not built", "was built"."""
    words, there = [word.lower for word in words_of(text)], words_of(other)
    together = {(one.lower, two.lower) for one, two in pairwise(there)}
    around = zip(words, words[1:], words[2:], strict=False)
    return any(
        (before, after) in together
        for before, cue, after in around
        if cue in _NEGATORS and (before, cue) not in together
    )


def hardens(claim: str, cited: Sequence[str]) -> bool:
    """Whether `claim` is surer than what is cited: a fact for what is possible or intended, intended for possible."""
    claimed, told = _told(claim), [_told(text) for text in cited]
    weak = (*claimed.possible, *claimed.intended)
    as_fact, as_certain = claimed.outside(weak), claimed.outside(claimed.possible)
    for text in told:
        firm = frozenset(stem for other in told for stem in other.outside((*other.possible, *other.intended)))
        if any(
            _applies(scope, as_fact, firm) and not _meets(scope, weak) for scope in (*text.possible, *text.intended)
        ):
            return True
        if any(_applies(scope, as_certain, firm) and not _meets(scope, claimed.possible) for scope in text.possible):
            return True
    return False


def says_the_opposite(claim: str, cited: Sequence[str]) -> bool:
    """Whether a word of `claim` stands in the cited sentences only as its opposite."""
    claimed = _told(claim).lower
    told = frozenset(word for text in cited for word in _told(text).lower)
    return any(
        claimed & mine and not told & mine and told & theirs and not claimed & theirs
        for pair in _OPPOSITES
        for mine, theirs in (pair, pair[::-1])
    )


def _applies(scope: _Scope, said: Collection[str], elsewhere: Collection[str]) -> bool:
    """Whether what the scope is about is said, and is not said elsewhere in them outside any such scope."""
    shared = [stem for stem in scope.stems if stem in said]
    about = bool(shared) and (shared[0] == scope.stems[0] or len(shared) > 1)
    return about and not all(stem in elsewhere for stem in shared)


def _meets(scope: _Scope, others: Collection[_Scope]) -> bool:
    return any(set(scope.stems) & set(other.stems) for other in others)


@lru_cache(maxsize=4096)
def _told(text: str) -> _Told:
    words = words_of(text)
    return _Told(
        tuple(_scopes(words, _is_negation)),
        tuple(_scopes(words, _is_possible)),
        tuple(_scopes(words, _is_intended)),
        tuple(word.stem for word in words if word.stem),
        frozenset(word.lower for word in words),
    )


def _scopes(words: Sequence[Word], is_cue: Callable[[Sequence[Word], int], bool]) -> Iterator[_Scope]:
    for position, word in enumerate(words):
        if not is_cue(words, position):
            continue
        after = (other.stem for other in words[position + 1 :] if other.clause == word.clause and other.stem)
        stems = tuple(stem for stem, _ in zip(after, range(_SCOPE), strict=False))
        if stems:
            yield _Scope(stems, position)


def _is_negation(words: Sequence[Word], position: int) -> bool:
    word = words[position].lower
    if word == "ruled":
        return _next(words, position) == "out"
    if word == "not":
        return _next(words, position) != "only"
    return word in _NEGATIONS or bool(_CONTRACTED.search(word))


def _is_possible(words: Sequence[Word], position: int) -> bool:
    word = words[position]
    if word.lower == "may":
        return word.text.islower() or (position == 0 and not _next(words, position).isdigit())
    return word.lower in _POSSIBLE


def _is_intended(words: Sequence[Word], position: int) -> bool:
    word = words[position].lower
    return word in _INTENDED and (word not in _NEEDS_TO or _next(words, position) in ("to", "for", "on"))


def _next(words: Sequence[Word], position: int) -> str:
    return words[position + 1].lower if position + 1 < len(words) else ""

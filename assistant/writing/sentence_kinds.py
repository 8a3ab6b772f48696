"""Kinds of sentences that a language model writes: facts, what leads to them, and what the articles do not say.

They are known by their form, whatever a model calls them. Only a fact can be held against what it cites. The others may
have no words but their own and those of the question, so that nothing can be said under their cover.
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from corpus.text.analysis import content_terms
from corpus.text.english import ENGLISH

_NOT_FOUND = ENGLISH.phrase("tells_that_nothing_is_told")
_CONNECTING = ENGLISH.phrase("leads_to_what_is_told")
_ASPECTS = frozenset(content_terms(" ".join(ENGLISH.words("amounts", "indefinite_pronouns"))))
"""Words of what may be asked of anything: its price, its size."""


class SentenceKind(StrEnum):
    FACT = "fact"
    CONNECTING = "connecting"
    NOT_FOUND = "not_found"


class Kind(NamedTuple):
    """What a sentence is, and of what it says that the articles do not tell it; empty where that is all of the question
    (and of the other kinds)."""

    kind: SentenceKind
    missing: str = ""


FACT = Kind(SentenceKind.FACT)


def kind_of(sentence: str, question: str) -> Kind | None:
    """Return what a sentence is; None of one that would say something beside the question without evidence."""
    if match := _NOT_FOUND.match(sentence):
        missing = sentence[match.end() :].strip(" .!?:")
        return Kind(SentenceKind.NOT_FOUND, missing) if _is_asked(missing, question) else None
    if match := _CONNECTING.match(sentence):
        return Kind(SentenceKind.CONNECTING) if _is_asked(match["about"] or "", question) else None
    return FACT


def _is_asked(words: str, question: str) -> bool:
    return _ASPECTS.union(content_terms(question)).issuperset(content_terms(words))

"""Words of a question that point back at what was said before it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from itertools import islice

from assistant.conversation.phrases import Phrase, phrases
from corpus.text.english import ENGLISH

_POINTERS = re.compile(
    rf"""
    \b(?:
      (?P<possessive> {ENGLISH.any_of("owners")} | her (?= \s+ (?! {ENGLISH.any_of("after_her")}\b ) \w ) )
    | (?P<one> (?<! considered\ ) (?<! called\ ) (?<=\w\ ) ones?
        (?= \W*$ | \s+ {ENGLISH.any_of("follows_one")} \b ) )
    | (?<! \bone\ ) (?<! \bones\ )
      (?P<demonstrative> {ENGLISH.any_of("demonstratives")} ) (?= \s+ (?P<noun>[^\W\d_][\w-]+) )?
    | (?P<person> {ENGLISH.any_of("persons")} )
    | (?P<plural> they | them )
    | (?P<thing> (?<! do\ ) it | it (?= \s+ \w ) )
    )\b
    """,
    re.VERBOSE | re.IGNORECASE,
)
_PLEONASTIC = re.compile(
    rf"""
    \b it \s+ (?: (?: is | was | be | ’s | 's | would\ be ) \s+ )? (?: not \s+ )? (?: \w+ly \s+ | too \s+ | so \s+ )?
    {ENGLISH.any_of("said_of_what_follows")} (?: \s+ {ENGLISH.any_of("begins_what_follows")}\b )
    | \b that (?: \s+ (?: is | was ) | [’']s ) \s+ (?: \w+ \s+ )?
      {ENGLISH.any_of("remarks_on_that")}\b
    | \b it \s+ (?: \w+ \s+ )? (?: take | cost ) s? \s+ (?: \w+ \s+ )? (?: to | for \s+ \w+ \s+ to ) \b
    """,
    re.VERBOSE | re.IGNORECASE,
)
"""An "it" that stands for what follows, and remarks: "Is it possible to ...", "How long does it take to ...", "that is
fine"."""

_FOLLOWS_A_PRONOUN = ENGLISH.words("follows_a_pronoun")
_A_CLAUSE_FOLLOWS = re.compile(rf"\b{ENGLISH.any_of('a_clause_follows')}\s+$", re.IGNORECASE)
_ASKED_FOR = re.compile(rf"\b{ENGLISH.any_of('asks_for_a_noun')}\s+(?:\w+\s+)?$", re.IGNORECASE)

_CLAUSE_ENDS = re.compile(rf"[,;:.?!]|\b{ENGLISH.any_of('clauses_of_questions')}\b", re.IGNORECASE)

_LOOK_BACK = 40
"""Characters before a word that say how it is meant."""

_MOST = 8
"""Pointing words looked at; a question has one or two."""

_PLURALS = ENGLISH.words("plural_pronouns")


class PointerKind(Enum):
    """Kind of a pointer, by which it is filled in."""

    THING = auto()
    PLURAL = auto()
    PERSON = auto()
    POSSESSIVE = auto()
    THAT = auto()
    THAT_NOUN = auto()
    ONE = auto()


@dataclass(frozen=True, slots=True)
class Pointer:
    """A pointing word, `question[start:end]`; `word` is it in lower case, `noun` what a "this" or "those" goes with."""

    start: int
    end: int
    kind: PointerKind
    word: str
    noun: str = ""

    @property
    def is_plural(self) -> bool:
        return self.word in _PLURALS


def pointers(question: str) -> list[Pointer]:
    """Return the first few pointers that nothing in the question itself explains, in order."""
    found = phrases(question)
    own = [
        phrase for phrase in found if not _ASKED_FOR.search(question, max(0, phrase.start - _LOOK_BACK), phrase.start)
    ]
    idle = [(match.start(), match.end()) for match in _PLEONASTIC.finditer(question)]
    return [
        pointer
        for pointer in islice(_all(question, found), _MOST)
        if not any(start <= pointer.start < end for start, end in idle) and not _is_explained(pointer, own, question)
    ]


def points_back(text: str) -> bool:
    """Whether any word of `text` may point back."""
    return bool(_POINTERS.search(text))


def _is_explained(pointer: Pointer, own: Sequence[Phrase], question: str) -> bool:
    """Whether something that was named before `pointer` in the same question explains it.

    But not in the same clause: in "how do bees make it?" nothing makes itself.
    """
    if pointer.kind in {PointerKind.THAT_NOUN, PointerKind.ONE}:
        return False
    before = [phrase for phrase in own if phrase.end <= pointer.start and not phrase.is_relational]
    if pointer.kind is not PointerKind.POSSESSIVE:
        before = [phrase for phrase in before if _CLAUSE_ENDS.search(question, phrase.end, pointer.start)]
    if pointer.kind is PointerKind.PERSON or pointer.word in {"his", "her"}:
        return any(phrase.is_name for phrase in before)
    return any(pointer.is_plural or not phrase.is_plural for phrase in before)


def _all(question: str, found: Sequence[Phrase]) -> Iterator[Pointer]:
    for match in _POINTERS.finditer(question):
        word, start, end = match.group().casefold(), match.start(), match.end()
        if match["possessive"]:
            yield Pointer(start, end, PointerKind.POSSESSIVE, word)
        elif match["one"]:
            yield Pointer(start, end, PointerKind.ONE, word)
        elif match["person"]:
            yield Pointer(start, end, PointerKind.PERSON, word)
        elif match["plural"]:
            yield Pointer(start, end, PointerKind.PLURAL, word)
        elif match["thing"]:
            yield Pointer(start, end, PointerKind.THING, word)
        else:
            yield from _demonstrative(question, found, start, end, match["noun"] or "")


def _demonstrative(question: str, found: Sequence[Phrase], start: int, end: int, noun: str) -> Iterator[Pointer]:
    word = question[start:end].casefold()
    if not noun or noun.casefold() in _FOLLOWS_A_PRONOUN:
        yield Pointer(start, end, PointerKind.THAT, word)
        return
    following = next((phrase for phrase in found if phrase.start >= end), None)
    if following is None or question[end : following.start].strip():
        return
    # A "that" before a noun may as well begin a clause: "how do you know that dogs ...", "the plan that China ...".
    if word == "that" and (
        _A_CLAUSE_FOLLOWS.search(question, max(0, start - _LOOK_BACK), start)
        or following.is_plural
        or following.is_name
    ):
        return
    yield Pointer(start, following.end, PointerKind.THAT_NOUN, word, following.bare)

"""Understanding of a question: what is asked, each thing by itself, and what shape of answer each wants."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache

from assistant.query.by_lexicons import understood
from assistant.query.decompose import Compared, SubQuestion, decompose
from assistant.query.kind import QuestionKind
from assistant.query.language import is_in_latin_letters, read_by_lexicons
from assistant.query.sides import Side, asked_once, sides_of
from corpus.text.english import ENGLISH
from corpus.text.parties import party_mentions

_ASKS_FOR_A_TIMELINE = ENGLISH.phrase("asks_for_a_timeline")

KindOf = Callable[[str], QuestionKind | None]
"""Tells the kind of a question; None where it is not sure."""


def understand(question: str, kind_of: KindOf) -> tuple[SubQuestion, ...]:
    """Return the sub-questions of `question`, each with its kind.

    What is only told to the assistant beside a question ("Answer briefly.") is no part of it.
    """
    if language := read_by_lexicons(question):
        return understood(question, language)
    question = asked_once(question)
    kind = cache(lambda asked: _kind(asked, kind_of))  # a model runs, and most questions are one thing that is asked
    asked = _of_sides(question, kind) or tuple(
        replace(one, kind=kind(one.text if one.party else one.label)) for one in decompose(question)
    )
    wanted = tuple(one for one in asked if one.kind is not QuestionKind.REQUEST)
    return wanted or asked


def _of_sides(question: str, kind: KindOf) -> tuple[SubQuestion, ...]:
    """Return what a question that compares asks of each side; nothing where it names no sides, or compares none."""
    if kind(question) is not QuestionKind.CONTRAST:
        return ()
    sides = sides_of(question)
    return tuple(_of_side(side, Compared(question, tuple(one.name for one in sides if one != side))) for side in sides)


def _of_side(side: Side, compared: Compared) -> SubQuestion:
    # "Beijing" is China, but "UK Sport" is not the UK.
    named = (party for start, end, party in party_mentions(side.name) if (start, end) == (0, len(side.name)))
    name = next(named, side.name)
    return SubQuestion(side.question, name, name, QuestionKind.CONTRAST, compared=compared)


def _kind(question: str, kind_of: KindOf) -> QuestionKind | None:
    """Return the kind; none of a question in other letters than those that kinds were learned from.

    "Give me" and "put together" are read as asking for a summary, even where the shape is called by its name.
    """
    if _ASKS_FOR_A_TIMELINE.search(question):
        return QuestionKind.TIMELINE
    return kind_of(question) if is_in_latin_letters(question) else None

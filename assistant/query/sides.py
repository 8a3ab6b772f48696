"""Sides of a comparison: the two or three that a question names side by side ("Halifax or Tromsø")."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from corpus.text.english import ENGLISH
from corpus.text.names import name_stretches

MOST_SIDES = 3

_JOINS = re.compile(
    rf"^,?\s+{ENGLISH.any_of('joining_names')}\s+(?:{ENGLISH.any_of('where')}\s+)?(?:the\s+)?$",
    re.IGNORECASE,
)
_COMMA = re.compile(r"^,\s+(?:the\s+)?$")
_GOES_ON = re.compile(r"^\s+(?:of|for)\s+(?:the\s+)?$")
_POSSESSIVE = re.compile(r"[’']s?$")

_OPENERS = ENGLISH.words("question_words", "auxiliaries", "prepositions", "verbs", "determiners")
"""Words that are no names although they begin a sentence."""

_MONTHS = frozenset(ENGLISH.values("months"))


def sides_of(question: str) -> tuple[str, ...]:
    """Return the names that a question sets side by side, at least two; none where it does not.

    The first run of them counts. Months are no sides, since what is told of them does not name them.
    """
    run: list[tuple[int, int]] = []
    for start, end in _names(question):
        gap = question[run[-1][1] : start] if run else ""
        if run and not (_JOINS.match(gap) or _COMMA.match(gap)):
            if _is_joined(question, run):
                break
            run = []
        run.append((start, end))
    named = [_POSSESSIVE.sub("", question[start:end]) for start, end in run]
    return tuple(named) if _is_joined(question, run) and len(named) <= MOST_SIDES else ()


def _is_joined(question: str, run: Sequence[tuple[int, int]]) -> bool:
    """Whether the last two names are joined by a word: "Halifax, Nova Scotia" is one place."""
    return len(run) > 1 and _JOINS.match(question[run[-2][1] : run[-1][0]]) is not None


def _names(question: str) -> Iterator[tuple[int, int]]:
    """Yield where names stand; one that goes on after "of" is one, and one that owns the next is none of two."""
    last: tuple[int, int] | None = None
    for start, end in (_without_opener(question, *place) for place in name_stretches(question)):
        if start == end or question[:start][-1:].isalnum() or question[start:end].split()[0].lower() in _MONTHS:
            continue
        if last and _GOES_ON.match(question[last[1] : start]):
            last = last[0], end
            continue
        if last:
            yield last
        last = start, end
    if last:
        yield last


def _without_opener(question: str, start: int, end: int) -> tuple[int, int]:
    """Return a run of capitalised words without what only begins the sentence."""
    begins = not question[:start].strip() or question[:start].rstrip()[-1] in ".?!:"
    first, _, rest = question[start:end].partition(" ")
    if not begins or first.lower() not in _OPENERS:
        return start, end
    return (start + len(first) + 1, end) if rest else (end, end)

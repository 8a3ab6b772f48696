"""Whether a question that was put together reads like one that somebody asked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from assistant.conversation.phrases import has_verb
from corpus.text.english import ENGLISH

AUXILIARY = ENGLISH.any_of("auxiliaries")
ASKING_WORD = ENGLISH.any_of("question_words")

_WORD = re.compile(r"[\w’'-]+")
_ASKING = re.compile(rf"\b{ASKING_WORD}\b", re.IGNORECASE)
_VERB = re.compile(
    rf"\b{AUXILIARY}(?:n[’']t)?\b|[’'](?:re|ll)\b|\b{ASKING_WORD}[’']s\b|\b\w{{2,}}(?<!e)ed\b", re.IGNORECASE
)
_DETERMINER = ENGLISH.any_of("determiners")
_ONE_DETERMINER = ENGLISH.any_of("determiners_once")
_NO_OWNER = "".join(f"(?<!{word})" for word in sorted(ENGLISH.words("takes_is")))
_BROKEN = re.compile(
    rf"""
    [’']s?[’']                                                   # the men's's
    | {_NO_OWNER} [’']s \s+ {_ONE_DETERMINER} \s+ \w             # Aldane's the prosecutor
    | \b{_ONE_DETERMINER} \s+ {_DETERMINER} \b                  # the the prosecutor
    | \b(?: how\ (?:many|much) | whose ) \s+ {_DETERMINER} \b    # how many the houses
    """,
    re.VERBOSE | re.IGNORECASE,
)


def reads_well(written: str, *sources: str) -> bool:
    """Whether `written`, put together from `sources`, has no fault that none of them has.

    Faults are a second question in it, a word twice in a row, two determiners or possessives of one noun, and no verb.
    """
    asked = max(1, *(_count(_ASKING, source) for source in sources))
    known = {pair for source in sources for pair in _repeated(source)}
    return (
        _count(_ASKING, written) <= asked
        and set(_repeated(written)) <= known
        and _count(_BROKEN, written) <= max(_count(_BROKEN, source) for source in sources)
        and (_is_clause(written) or not any(_is_clause(source) for source in sources))
    )


def is_question_of_its_own(text: str) -> bool:
    """Whether `text` asks or says something, rather than only naming it: "who resigned", "the minister resigned"."""
    words = text.split()
    asks = bool(re.match(rf"\W*(?:\w+\s+)?{ASKING_WORD}\b", text, re.IGNORECASE))
    return asks or has_verb(text) or bool(re.search(rf"\b{AUXILIARY}\b", _without_names(text))) or _ends_in_verb(words)


def _ends_in_verb(words: list[str]) -> bool:
    """Whether the last word is a verb, as in "homes damaged" and not in "the injured"."""
    return len(words) > 1 and words[-1].endswith("ed") and not re.fullmatch(_DETERMINER, words[-2], re.IGNORECASE)


def _without_names(text: str) -> str:
    """Return the words in lower case: May is a month, and Will a person."""
    return " ".join(word for word in text.split() if word.islower())


def _is_clause(text: str) -> bool:
    return has_verb(text) or bool(_VERB.search(text))


def _repeated(text: str) -> Iterator[str]:
    words = [word.casefold() for word in _WORD.findall(text)]
    return (one for one, other in pairwise(words) if one == other)


def _count(pattern: re.Pattern[str], text: str) -> int:
    return sum(1 for _ in pattern.finditer(text))

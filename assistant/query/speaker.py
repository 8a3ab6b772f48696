"""Speakers that a question asks for: the words of a person or a body, by the name that the question gives."""

from __future__ import annotations

import re

from corpus.text.english import ENGLISH

_POSITION = ENGLISH.any_of("positions")
_WHOSE_WORDS = re.compile(
    rf"""
    \b{ENGLISH.any_of("do", "have", "be")} \s+ (?P<subject> \S{{1,40}}(?:\s+\S{{1,40}}){{0,7}}? ) \s+
      {ENGLISH.any_of("asking_what_one_says")} \b
    | \b according\ to \s+ (?P<source> [^,?;]+ )
    | (?P<owner> \S{{1,40}}(?:\s+\S{{1,40}}){{0,5}} ) [’']s? \s+ (?:\w+\s+)? {_POSITION}\b
    | \b{_POSITION} \s+ of \s+ (?P<holder> \S{{1,40}}(?:\s+\S{{1,40}}){{0,5}}? ) \s+ (?:on|to|about)\b
    """,
    re.VERBOSE | re.IGNORECASE,
)
"""Words of at most 40 characters, as longer ones name nobody and would cost the more the longer they are."""

_ASKING = re.compile(rf"^{ENGLISH.any_of('asked_openers')}\s+", re.IGNORECASE)
_NAME = re.compile(r"\b[A-Z]")


def speaker_asked_for(question: str) -> str | None:
    """Whose words are asked for, as the question names them: "What did Ann Lee say about chips?" -> "Ann Lee".

    None when it asks for nobody's words, or only for those of someone without a name ("critics", "they").
    """
    match = _WHOSE_WORDS.search(question)
    if match is None:
        return None
    phrase = next(group for group in match.groups() if group)
    while phrase != (shorter := _ASKING.sub("", phrase)):
        phrase = shorter
    return phrase.strip() if names_someone(phrase) else None


def names_someone(phrase: str) -> bool:
    """Whether a word of `phrase` is capitalised, as names are."""
    return bool(_NAME.search(phrase))

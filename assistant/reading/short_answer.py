"""Short answers: of the kind that is asked for, and said whole; or none.

A model marks the likeliest span, which is often cut short ("28.4" of "28.4 million euros", "July" of "July 2026", a
surname), or of another kind than what is asked: a place for a date. What it cannot tell is told here by form alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import StrEnum
from functools import lru_cache

from assistant.groundedness.quantities import amount_stretches, date_stretches
from corpus.block import Stretch
from corpus.text.english import ENGLISH
from corpus.text.names import name_stretches
from corpus.text.sentences import sentence_spans


class AskedKind(StrEnum):
    """What a question asks for, where its first words say so."""

    NAME = "name"
    DATE = "date"
    AMOUNT = "amount"
    YES_OR_NO = "yes_or_no"


_OPENS = r"(?:^|[,;:(]|\b(?:" + ENGLISH.any_of("prepositions") + r"|and)\s)\s*"
"""What stands before a word that asks: unlike in "What happened when it fell?", where when asks nothing."""

_ASKS = re.compile(
    rf"""
    (?P<name> {_OPENS} {ENGLISH.any_of("asks_for_a_name")}\b )
    | (?P<amount>
        \b how [ ] (?: many | much | {ENGLISH.any_of("degrees")} ) \b
        | \b (?:what|which) [ ] (?: {ENGLISH.any_of("be")} [ ] the [ ] )? (?:[a-z]+ [ ])? {ENGLISH.any_of("amounts")} \b
      )
    | (?P<date>
        {_OPENS} when \b
        | \b (?:what|which|what's) [ ] (?:[a-z]+ [ ])? {ENGLISH.any_of("asked_times")} \b (?! -)
      )
    """,
    re.VERBOSE | re.IGNORECASE,
)
_ASKS_WHETHER = re.compile(rf"^\W*{ENGLISH.any_of('auxiliaries')}\b", re.IGNORECASE)
_ASKED_AT_ALL = re.compile(rf"\b{ENGLISH.any_of('question_words')}\b", re.IGNORECASE)
_TIME_WORD = re.compile(
    rf"\b{ENGLISH.any_of('months', 'weekdays', 'seasons', 'spans_of_time', 'relative_days', 'times_of_day')}s?\b",
    re.IGNORECASE,
)
_DIGIT = re.compile(r"\d")
_NUMBER_WORD = re.compile(rf"\b{ENGLISH.any_of('amount_words', 'ordinals')}\b", re.IGNORECASE)
_COUNTED = re.compile(
    rf"[ -](?:(?P<what>[a-z][\w-]+) )?(?P<noun>[a-z][a-z-]+s|{ENGLISH.any_of('irregular_plurals')})\b"
)
_AGE = re.compile(r"\b[\w-]+[ -]years?[ -]olds?\b|\b[A-Z][\w’'-]*\.? [A-Z][\w’'-]+, \d{1,3}(?=, )")
"""A 19-year-old, and behind a name: Ann Lee, 40, ..."""

_ASKS_FOR_AN_AGE = re.compile(rf"\b{ENGLISH.any_of('ages')}\b", re.IGNORECASE)

_COUNTS_NOTHING = ENGLISH.words("counts_nothing", "be", "prepositions", "determiners")

_LONGEST_NAME = 4
"""Words; a longer run of capitals is a heading."""


@lru_cache(maxsize=256)
def asked_kind(question: str) -> AskedKind | None:
    """Return the kind that the first asking words of the last sentence name; None where they name none."""
    spans = sentence_spans(question)
    question = question[slice(*spans[-1])] if spans else question
    if _ASKS_WHETHER.match(question) and not _ASKED_AT_ALL.search(question):
        return AskedKind.YES_OR_NO
    match = _ASKS.search(question)
    return AskedKind(match.lastgroup) if match and match.lastgroup else None


def short_answer(text: str, start: int, end: int, question: str) -> Stretch | None:
    """Return the span [start, end) of `text` said whole; None when it is not of the kind that `question` asks for.

    No span of a text says yes or no.
    """
    kind = asked_kind(question)
    start, end = _completed(text, start, end, kind, question)
    return (
        (start, end) if _is_of_kind(text[start:end], kind) and not _is_other_age(text, start, end, question) else None
    )


def tells_only_ages(text: str, start: int, end: int, question: str) -> bool:
    """Whether the span is somebody's age, to who asks for a number or a date that is no age, and the text has no other.

    To a reading model the 19-year-old victim is an answer to how many years the killer got.
    """
    if not _is_other_age(text, start, end, question):
        return False
    told = (*amount_stretches(text), *date_stretches(text))
    return all(_is_other_age(text, *one, question) for one in told)


def _is_other_age(text: str, start: int, end: int, question: str) -> bool:
    if asked_kind(question) not in (AskedKind.AMOUNT, AskedKind.DATE) or _ASKS_FOR_AN_AGE.search(question):
        return False
    return any(age.start() < end and start < age.end() for age in _AGE.finditer(text))


def _completed(text: str, start: int, end: int, kind: AskedKind | None, question: str) -> Stretch:
    """Let the span begin and end where the date, amount or name does that it begins or ends in."""
    stretches = list(_stretches(text, kind))
    begins = next((s for s, e in stretches if s <= start < e), start)
    ends = next((e for s, e in stretches if s < end <= e), end)
    if kind is AskedKind.AMOUNT and _ends_in_number(text[begins:ends]):
        ends = _end_of_counted(text, ends, question)
    return begins, ends


def _end_of_counted(text: str, end: int, question: str) -> int:
    """Return the end of the noun that the number before `end` counts; `end` where the question names it, or none is."""
    counted = _COUNTED.match(text, end)
    if counted is None or {counted["what"], counted["noun"]} & _COUNTS_NOTHING:
        return end
    return end if counted["noun"] in question.lower().split() else counted.end()


def _stretches(text: str, kind: AskedKind | None) -> Iterator[Stretch]:
    if kind is not AskedKind.AMOUNT:
        yield from date_stretches(text)
    yield from amount_stretches(text)
    if kind is AskedKind.NAME:
        names = (_without_opener(text, name) for name in name_stretches(text))
        yield from (name for name in names if _may_be_one_name(text[slice(*name)]))


def _without_opener(text: str, name: Stretch) -> Stretch:
    """Return a name without the word that only opens its sentence: In London."""
    first, _, rest = text[name[0] : name[1]].partition(" ")
    opens = rest and first.lower() in _OPENERS
    return (name[1] - len(rest) if opens else name[0]), name[1]


def _may_be_one_name(run: str) -> bool:
    """Whether a run of capitalised words is no heading, and no date beside a name."""
    words = run.split()
    return len(words) <= _LONGEST_NAME and not (len(words) > 1 and run.isupper()) and words[0].lower() not in _DAYS


_OPENERS = ENGLISH.words("sentence_openers", "prepositions", "determiners")
_DAYS = ENGLISH.words("weekdays", "months")


def _ends_in_number(text: str) -> bool:
    return any(end == len(text) for _, end in amount_stretches(text))


def _is_of_kind(text: str, kind: AskedKind | None) -> bool:
    if kind is AskedKind.YES_OR_NO:
        return False
    if kind is AskedKind.AMOUNT:
        return bool(amount_stretches(text) or _NUMBER_WORD.search(text) or _TIME_WORD.search(text))
    if kind is AskedKind.DATE:
        return bool(_DIGIT.search(text) or _TIME_WORD.search(text))
    return kind is not AskedKind.NAME or (0, len(text)) not in (*date_stretches(text), *amount_stretches(text))

"""Follow-ups made to stand by themselves, in a language that is known by its lexicons alone.

Nothing here knows the language. Its lexicons say in patterns how a turn names only what is new, what points back, and
what can be meant by it (`corpus/text/chinese/lexicons/turns.toml`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import pairwise

from assistant.conversation.antecedents import Said, person_in
from assistant.query.by_lexicons import beside, kind_by_lexicons, topic_of
from assistant.query.kind import QuestionKind
from assistant.query.language import read_by_lexicons
from corpus.text.lexicons import Language
from corpus.text.parties import party_mentions

_MOST_NEW = 20
"""Letters of what is new: more say something by themselves."""

_FEWEST = 3
"""Letters of what a turn is about, up to which it may leave out its subject."""

AnsweredIn = Callable[[str, str], str]
"""(question, text that answers it) -> the words that do, or ""."""


def in_full(question: str, said: Said, answered_in: AnsweredIn, language: Language) -> str:
    """Return `question` in full words; as typed where it needs nothing of what was `said`, or nothing fits."""
    before = said.questions[0]
    if bare := language.phrase("bare_questions").fullmatch(question):
        return _asked_otherwise(before, bare["asks"], language)
    if names := language.phrase("names_what_is_new").fullmatch(question):
        return _asked_of(before, (names["thing"] or names["bare"]).strip(), language) or question
    if language.phrase("leaves_out_its_subject").match(question) and len(topic_of(question, language)) <= _FEWEST:
        return _subject_of(before, language) + question
    return _pointed(question, said, answered_in, language)


def _subject_of(before: str, language: Language) -> str:
    """Return what stands before what asks in a question."""
    asks = language.phrase("asks_within").search(before)
    return before[: asks.start()] if asks else ""


def _asked_otherwise(before: str, asks: str, language: Language) -> str:
    """Return `before` asked in another way, in the place of what asks in it; else beside it."""
    written, count = language.phrase("asks_within").subn(lambda _: asks, before, count=1)
    return written if count else beside(before, asks, language)


def _asked_of(before: str, thing: str, language: Language) -> str | None:
    """Return `before` asked of another party, at another time, or of another matter."""
    time = language.phrase("time")
    if time.fullmatch(thing):
        return time.sub(lambda _: thing, before, count=1) if time.search(before) else beside(thing, before, language)
    if len(thing) > _MOST_NEW or kind_by_lexicons(thing, language):
        return None
    parties, others = party_mentions(before), party_mentions(thing)
    if parties and others:
        start, end, _ = parties[0]
        thing = thing if read_by_lexicons(before) is language else others[0][2]
        return before[:start] + thing + before[end:]
    for name in ("matter", "names_an_owner", "names_a_person"):
        if found := language.phrase(name).search(before):
            start, end = _span(found)
            return before[:start] + thing + before[end:]
    if (topic := topic_of(before, language)) and topic in before:
        return before.replace(topic, thing, 1)
    return beside(thing, before, language)


def _pointed(question: str, said: Said, answered_in: AnsweredIn, language: Language) -> str:
    """Return `question` with each of its pointing words filled in once, where something said agrees with it."""
    owned, owning = language.words("owned_by_it"), next(iter(language.words("owning")), "")
    for name, meant in (
        ("points_at_several", _several),
        ("points_at_a_person", _person),
        ("points_at_a_thing", _thing),
    ):
        pointer = language.phrase(name).search(question)
        if pointer and (filled := meant(said, answered_in, language)) and filled not in question:
            filled += owning if pointer.group() in owned else ""
            question = question[: pointer.start()] + filled + question[pointer.end() :]
    return question


def _person(said: Said, answered_in: AnsweredIn, language: Language) -> str | None:
    """Return the person whom a question named last; of an answer, the one who answers, else the first."""
    asked = said.questions[0]
    answers = kind_by_lexicons(asked, language) is QuestionKind.PERSON and said.answer
    if answers and (short := answered_in(asked, said.answer)):
        return short
    if named := next(_named(said, "names_a_person", language), None):
        return named
    person = person_in(said.answer)
    return person.text if person else None


def _thing(said: Said, _answered_in: AnsweredIn, language: Language) -> str | None:
    """Return the party that a question named last, else its matter."""
    party = next((one[first[0] : first[1]] for one in said.questions for first in party_mentions(one)[:1]), None)
    return party or next(_named(said, "matter", language), None)


def _several(said: Said, _answered_in: AnsweredIn, language: Language) -> str | None:
    """Return all parties that a question named together."""
    joins = language.words("joins_parties")
    for one in said.questions:
        mentions = party_mentions(one)
        if len(mentions) > 1:
            start, end = mentions[0][0], mentions[-1][1]
            gaps = {one[before[1] : after[0]].strip() for before, after in pairwise(mentions)}
            return one[start:end] if gaps <= {*joins, ""} else None
    return None


def _named(said: Said, name: str, language: Language) -> Iterator[str]:
    """Yield what a pattern finds in the questions, the newest first."""
    for question in said.questions:
        for found in language.phrase(name).finditer(question):
            start, end = _span(found)
            yield question[start:end]


def _span(found: re.Match[str]) -> tuple[int, int]:
    """Return where the group of a match stands that took part in it."""
    return found.span(found.lastgroup or 0)

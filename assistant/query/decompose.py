"""Decomposition of a question that asks several things, so that no party is crowded out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from assistant.query.kind import QuestionKind
from assistant.query.speaker import speaker_asked_for
from corpus.text.english import ENGLISH
from corpus.text.lexicons import alternation
from corpus.text.names import names_in
from corpus.text.parties import parties_in, party_mentions, without_parties

MAX_SUB_QUESTIONS = 4
"""Each costs a search and several readings; a question that would have more is read as it stands."""

_COMPARES = re.compile(rf"\b{ENGLISH.any_of('comparing')}\b", re.IGNORECASE)
_COMPARES_WITH = re.compile(
    rf"\b{ENGLISH.any_of('comparing_verbs')}\s+{ENGLISH.any_of('compared_with')}\s+(?:(?:that|those)\s+of\s+)?$",
    re.IGNORECASE,
)
_OBJECT_OF = re.compile(rf"\b({ENGLISH.any_of('objects_follow')})\s+$", re.IGNORECASE)
_ASKS_OF_SEVERAL = re.compile(
    rf"^\W*{ENGLISH.any_of('asks_of_several_words')}\s+{ENGLISH.any_of('asks_of_several')}\s*$", re.IGNORECASE
)
_JOINS_NAMES = re.compile(rf"^\s*(,|,?\s*{ENGLISH.any_of('joining_names')})\s*$", re.IGNORECASE)
_EACH_BEFORE = re.compile(r"\b(?:both|each\s+of)\s+$", re.IGNORECASE)
_EACH_AFTER = re.compile(r"^\s+(?:each|both)\b", re.IGNORECASE)
_RESPECTIVELY = re.compile(r",?\s*\brespectively\b", re.IGNORECASE)
_NEXT_QUESTION = re.compile(
    rf"""
    (?<=\?)\s+                                                  # "Who spoke? When?"
    | ,?\s+and\s+(?={ENGLISH.any_of("opens_a_question")}\b)     # "Who spoke and when"
    """,
    re.VERBOSE | re.IGNORECASE,
)
_NEXT_BY_COMMA = re.compile(
    rf",\s+(?={ENGLISH.any_of('opens_a_question')}\s+(?:{ENGLISH.any_of('auxiliaries', 'degrees')}|many|much)\b)"
    r"(?!,\s+wh(?:o|ere|en)\b)",  # "Ann Lee, who was arrested,"
    re.IGNORECASE,
)
_ASKS = re.compile(rf"^\W*{ENGLISH.any_of('opens_a_question')}\b", re.IGNORECASE)
_ELLIPTIC = 5
"""Words of a clause that may ask of what the one before it named: "and what was the score?"."""
_POINTS_BACK = re.compile(rf"\b(?:{ENGLISH.any_of('pointing_words')}|that|there)\b", re.IGNORECASE)
_ASKS_FOR_A_POSITION = re.compile(rf"\b{ENGLISH.any_of('asking_for_a_position')}\b", re.IGNORECASE)
_SINGULAR = {plural: singular for singular, plural in ENGLISH.values("singular_verbs").items()}
_PLURAL_VERB = re.compile(rf"\b({alternation(_SINGULAR)})(\s+)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Compared:
    """What a sub-question asks one side of: the whole `question`, and the names of the other sides."""

    question: str
    others: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SubQuestion:
    """One thing that is asked. `text` can be searched by itself; `label` names it to a person.

    `party` is the one whose position is asked for ("what does China say ..."), by its name in
    `corpus.text.parties`, or the side that is `compared` with others. `kind` says what shape of answer is asked for;
    None where that is not sure. `language` is the one to answer in, an ISO 639 code.
    """

    text: str
    label: str
    party: str | None = None
    kind: QuestionKind | None = None
    compared: Compared | None = None
    language: str = "en"

    @property
    def read_as(self) -> tuple[str, ...]:
        """The questions beside which texts are read; what answers one of them answers."""
        return (self.compared.question, self.text) if self.compared else (self.text,)


def decompose(question: str) -> tuple[SubQuestion, ...]:
    """Return its sub-questions, at most `MAX_SUB_QUESTIONS`, in order; itself alone if it asks one thing."""
    clauses = _clauses(question)
    parts = [one for clause in clauses for one in _decompose_clause(clause, question, clauses[0])]
    if len(parts) > MAX_SUB_QUESTIONS:
        return (_whole(question),)
    found: dict[tuple[str, str | None], SubQuestion] = {}
    for one in parts:
        same = found.get((one.text, one.party), one)
        # What is searched with the same words is searched once, and named by them where it asks for several things.
        found[one.text, one.party] = same if same.label == one.label else replace(same, label=one.text)
    return tuple(found.values())


def _whole(question: str) -> SubQuestion:
    return SubQuestion(question, question, _party_asked_for(question))


def _clauses(question: str) -> list[str]:
    """Return what is asked one after the other: by sentences, by "and", and before that by commas."""
    clauses = _NEXT_QUESTION.split(question)
    if len(clauses) > 1:  # "Where is it, how is it cooled and how much does it cost?"
        clauses = [*(part for clause in clauses[:-1] for part in _enumerated(clause)), clauses[-1]]
    return [clause.strip() for clause in clauses if clause.strip()] or [question]


def _enumerated(clause: str) -> list[str]:
    return _NEXT_BY_COMMA.split(clause) if _ASKS.match(clause) else [clause]


def _decompose_clause(clause: str, question: str, first: str) -> list[SubQuestion]:
    mentions = _joined_mentions(clause)
    if len(mentions) > 1:
        before, after = clause[: mentions[0][0]], clause[mentions[-1][1] :]
        each_before, each_after = _EACH_BEFORE.sub("", before), _RESPECTIVELY.sub("", _EACH_AFTER.sub("", after))
        says_each = (before, after) != (each_before, each_after)
        if says_each or _COMPARES.search(clause) or _ASKS_OF_SEVERAL.match(before):
            one = _PLURAL_VERB.sub(lambda verb: _SINGULAR[verb[1].lower()] + verb[2], each_before)
            return [SubQuestion(one + clause[start:end] + each_after, party, party) for start, end, party in mentions]
    return _compared_parties(clause) or [_whole_clause(clause, question, first)]


def _whole_clause(clause: str, question: str, first: str) -> SubQuestion:
    # "... and when was it held?" can only be searched together with what "it" is, "what was the score?" with the match.
    text = f"{first} {clause}" if clause != first and _is_elliptic(clause, first) else clause
    return SubQuestion(question if _POINTS_BACK.search(clause) else text, clause, _party_asked_for(clause))


def _is_elliptic(clause: str, first: str) -> bool:
    """Whether a clause asks of what the first one named: a few words without a name, in the same sentence, or one."""
    words = len(clause.split())
    return not names_in(clause) and (words == 1 or (words <= _ELLIPTIC and not first.endswith("?")))


def _compared_parties(clause: str) -> list[SubQuestion]:
    """Return one for each party that stands apart: "How does the US plan differ from the Chinese one?"; else none."""
    mentions = party_mentions(clause)
    parties = dict.fromkeys(party for _, _, party in mentions)
    if len(parties) < 2 or not _COMPARES.search(clause) or _one_is_done_to(clause, [start for start, _, _ in mentions]):
        return []
    return [SubQuestion(without_parties(clause, parties.keys() - {party}), party, party) for party in parties]


def _joined_mentions(clause: str) -> list[tuple[int, int, str]]:
    """Return the first run of parties that are joined by commas and "and": "China, Japan and the US"."""
    run: list[tuple[int, int, str]] = []
    for mention in party_mentions(clause):
        if run and not _JOINS_NAMES.match(clause[run[-1][1] : mention[0]]):
            if len(run) > 1:
                break
            run = []
        run.append(mention)
    return run


def _one_is_done_to(clause: str, starts: Sequence[int]) -> bool:
    """Whether one party acts on another, as in "imports of China from the US", rather than being compared with it."""
    if any(_COMPARES_WITH.search(clause[:start]) for start in starts):
        return False
    objects = [_OBJECT_OF.search(clause[:start]) for start in starts]
    prepositions = {found and found[1].lower() for found in objects}
    return prepositions not in ({None}, {"of"})


def _party_asked_for(text: str) -> str | None:
    """Return the party whose position is asked for: that of who speaks, or the only one that is named; else None.

    Of a speaker who is of no party, what else the question names is what they speak about: "What did Ann Lee say about
    the American ports?"
    """
    parties = parties_in(speaker_asked_for(text) or text)
    return next(iter(parties)) if len(parties) == 1 and _ASKS_FOR_A_POSITION.search(text) else None

"""Sources that disagree: different short answers to the same question, each likely, from different articles, of which
one contradicts the other.

Both sides are given. Which of them is right, or whether both are, is for the reader to say, who sees dates and sources.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from assistant.answer import Citation, Conflict, Evidence
from assistant.frame.frame import frame_in
from assistant.groundedness.quantities import quantities_in
from assistant.groundedness.words import stems_of
from assistant.meaning.model import SUPPORT, MeaningModel, Pair, contradicted
from assistant.meaning.shown import headed
from assistant.query.by_lexicons import kind_by_lexicons
from assistant.query.decompose import SubQuestion
from assistant.query.kind import QuestionKind
from assistant.query.language import read_by_lexicons
from assistant.query.speaker import speaker_asked_for
from assistant.writing.draft import Draft, DraftSentence
from assistant.writing.shown import shown
from corpus.text.english import ENGLISH
from corpus.text.parties import parties_in

_LIKELY = 0.4
"""Support from which a sentence's short answer is a side of a disagreement. See decision record 19: at 0.3, one
ordinary question in fifty shows a disagreement that is none."""

_CONTRADICTS = 0.5
"""Probability from which sentences that answer differently contradict each other, read in either order. Without it, ten
of ten disagreements that news showed were none; see decision record 19."""

_MOST_SIDES = 3
"""Sides that are told apart; more make no answer."""

_SHARED = 0.5
"""Share of the shorter answer's words from which two answers are the same in other words."""


_HAS_MANY_ANSWERS = re.compile(
    rf"""
    ^\W* (?: who \s {ENGLISH.any_of("be")} \s (?! (?:the|an?) \b | [^?]*[’']s\b ) (?-i:[A-Z])  # a minister
      | what \s (?:are|were) | {ENGLISH.any_of("asks_many")} | how \b (?! \s {ENGLISH.any_of("degrees")} ) )
    """,
    re.VERBOSE | re.IGNORECASE,
)
"""Questions that articles answer differently without disagreeing."""


_ONE_ANSWER = (
    QuestionKind.PERSON,
    QuestionKind.ORGANISATION,
    QuestionKind.PLACE,
    QuestionKind.DATE,
    QuestionKind.AMOUNT,
)
"""Kinds of questions that articles answer alike, in languages that are known by their lexicons alone."""


_MANY_ANSWERS = (
    QuestionKind.CAUSE,
    QuestionKind.CONTRAST,
    QuestionKind.LIST,
    QuestionKind.MANNER,
    QuestionKind.POSITION,
    QuestionKind.SUMMARY,
    QuestionKind.TIMELINE,
)
"""Kinds of questions to which every article may add something."""

Contradiction = Callable[[Evidence, Evidence], float]
"""The probability in [0, 1] that two sentences cannot both be true."""


def contradiction_of(model: MeaningModel) -> Contradiction:
    """Return what a model of meaning says, which reads each of two sentences beside the other."""

    def contradiction(one: Evidence, other: Evidence) -> float:
        pairs = [Pair(claim.text, _head(text), text.text) for claim, text in ((one, other), (other, one))]
        return float(contradicted(model.logits(pairs)[:, SUPPORT]).max())

    return contradiction


def _head(item: Evidence) -> str:
    return headed(item.hit.article.title, item.hit.article.published)


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A question, the language to answer it in, and the evidence of each side (at least two), the likeliest side first,
    best first in each."""

    about: str
    language: str
    sides: tuple[tuple[Evidence, ...], ...]


def find_disagreements(
    sub_questions: Sequence[SubQuestion], evidence: Sequence[Evidence], contradiction: Contradiction
) -> tuple[Disagreement, ...]:
    """Return one disagreement for each sub-question whose articles disagree."""
    found = []
    for position, sub_question in enumerate(sub_questions):
        if not has_one_answer(sub_question):
            continue
        sides = _sides([item for item in evidence if item.sub_question == position], contradiction)
        if len(sides) > 1:
            found.append(Disagreement(sub_question.label, sub_question.language, tuple(map(tuple, sides))))
    return tuple(found)


def has_one_answer(asked: SubQuestion) -> bool:
    """Whether two different answers are a disagreement; one party says many things about a matter."""
    if language := read_by_lexicons(asked.text):
        return not asked.party and kind_by_lexicons(asked.text, language) in _ONE_ANSWER
    if asked.kind in _MANY_ANSWERS:
        return False
    return not (asked.party or _HAS_MANY_ANSWERS.match(asked.text) or speaker_asked_for(asked.text))


def with_both_sides(draft: Draft, disagreements: Sequence[Disagreement]) -> Draft:
    """Return `draft` with a sentence for each side that it leaves out, after the last one of its sub-question.

    Both sides are worth more than the limits of sentences and words, which they may exceed.
    """
    extended = list(draft)
    for side, tag in ((side, one.language) for one in disagreements for side in one.sides):
        if not any(item.overlaps(other) for sentence in extended for item in sentence.evidence for other in side):
            extended.insert(_end_of(extended, side[0].sub_question), shown(replace(side[0], copies=()), frame_in(tag)))
    return tuple(extended)


def _end_of(draft: Sequence[DraftSentence], sub_question: int) -> int:
    """Return where the next sentence of `sub_question` belongs: sub-questions stand in order."""
    return sum(sentence.evidence[0].sub_question <= sub_question for sentence in draft)


def cited_conflicts(disagreements: Sequence[Disagreement], citations: Sequence[Citation]) -> tuple[Conflict, ...]:
    """Return those of which at least two sides are cited, each with the citations of all sides."""
    return tuple(_cited(disagreements, citations))


def _cited(disagreements: Sequence[Disagreement], citations: Sequence[Citation]) -> Iterator[Conflict]:
    for disagreement in disagreements:
        of_sides = [
            [citation.id for citation in citations if any(item.overlaps(citation) for item in side)]
            for side in disagreement.sides
        ]
        if sum(map(bool, of_sides)) > 1:
            yield Conflict(disagreement.about, tuple(dict.fromkeys(id_ for side in of_sides for id_ in side)))


def _sides(evidence: Sequence[Evidence], contradiction: Contradiction) -> list[list[Evidence]]:
    """Return the best sentence of each article that has a likely answer, with those that give the same answer; one that
    gives another is a side if it contradicts one."""
    sides: list[list[Evidence]] = []
    seen_articles: set[str] = set()
    for item in sorted(evidence, key=lambda item: -item.support):
        article = item.hit.article.id
        if item.support < _LIKELY or item.short is None or article in seen_articles:
            continue
        seen_articles.add(article)
        same = next((side for side in sides if agree(_span_text(side[0]), _span_text(item))), None)
        if same is not None:
            same.append(item)
        elif len(sides) < _MOST_SIDES and (
            not sides or any(contradiction(side[0], item) >= _CONTRADICTS for side in sides)
        ):
            sides.append([item])
    return sides


def agree(one: str, other: str) -> bool:
    """Whether two short answers may be the same one, said more or less exactly, or in other words."""
    mine, theirs = quantities_in(one), quantities_in(other)
    if mine.dates and theirs.dates:
        return mine.dates[0].is_told_by(theirs.dates[0]) or theirs.dates[0].is_told_by(mine.dates[0])
    years = [
        {*(number.value for number in told.numbers), *told.years, *(date.year for date in told.dates)}
        for told in (mine, theirs)
    ]
    if years[0] and years[1]:
        return bool(years[0] & years[1])
    if parties_in(one) & parties_in(other):
        return True
    words, others = stems_of(one), stems_of(other)
    shorter = min(len(words), len(others))
    return not shorter or len(words & others) / shorter >= _SHARED


def _span_text(item: Evidence) -> str:
    start, end = item.short or (item.start, item.end)
    return item.hit.article.text[start:end]

"""Prescoring: a cheap look at every unit of every hit, before a model reads the likeliest of them.

How near a unit is to the question by meaning (cosine) and by words (which of the question's words, weighted by rarity,
it or its article's title carries), how well its passage was found, and whether those are its words whose words are
asked for. What is known is added up to a probability by `assistant.reading.calibration`.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache
from sys import intern
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from assistant.logistic import Logistic
from assistant.meaning.shown import above, headed
from assistant.query.as_of import as_of
from assistant.query.asked_time import Time, asked_time, times_told
from assistant.query.decompose import SubQuestion
from assistant.query.kind import QuestionKind
from assistant.query.speaker import speaker_asked_for
from assistant.query.topic import coverage, topic_weights
from assistant.reading.attribution import (
    is_attributable_to_party,
    is_attributable_to_speaker,
    is_said_by_another,
    tells_of_another_side,
)
from corpus.article import Article
from corpus.block import BlockKind
from corpus.keyed import Keyed
from corpus.text.analysis import content_terms
from corpus.text.english import ENGLISH
from corpus.text.scripts import HAN, KANA
from corpus.text.sentences import SENTENCE_ENDS
from corpus.units import LEADS_IN, Role, Unit, led_in_by, units_of
from index.hit import Hit
from index.passage_text import ReadUnit, embedded_text, headings_above

PRESCORE_DEPTH = 16
"""Hits whose units are prescored: the answer is among them in .97 of cases where it is among the first hundred."""

_POINTS_AT_THE_PRESENT = re.compile(rf"\b{ENGLISH.any_of('points_at_the_present')}\b", re.IGNORECASE)

_REMEMBERED_PASSAGES = 1024
"""Passages whose words are kept for the next questions that find them: 4 MB; finding words costs more than comparing
them."""

OF_ANOTHER_TIME = 0.5
"""What is left of the probability of a unit that tells of another time than is asked of."""

_AROUND = timedelta(days=7)
"""What happened is told of, or announced, some days from it."""

_MIN_WORDS, _MIN_CHARACTERS = 4, 20
"""A sentence with less of both is a heading or a fragment, which may be found, but answers nothing: one word more may
be missing where the document says what is a heading. Chinese has no spaces between words."""

_WHOLE_SENTENCE = re.compile(rf"[{HAN}{KANA}].{{6,}}[。！？!?」』”]\Z", re.DOTALL)
"""One in letters without spaces, two of which make a word."""


class SentenceVectors(Protocol):
    """Source of the vectors of a passage's sentences: made at ingest, kept in the store."""

    def sentence_vectors(self, hits: Sequence[Hit]) -> Mapping[str, NDArray[np.float32]]:
        """Return passage id -> one unit row for each of `hit.read.units`."""

    def question_vector(self, question: str) -> NDArray[np.float32]: ...

    def rarity(self, terms: Collection[str]) -> Mapping[str, float]:
        """Return the inverse document frequency, > 0, of each term that some passage has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryFeatures:
    """Features of a sub-question, prepared once for all units.

    `speaker` is the one whose words are asked for: a side of a comparison, or who is no party of
    `corpus.text.parties`. `as_of`: what was told later does not count. `time`: what was told of another counts less.
    """

    sub_question: SubQuestion
    speaker: str | None
    for_the_latest: bool
    as_of: date | None = None
    time: Time | None = None
    vector: NDArray[np.float32]
    weights: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Window:
    """A unit of a hit, to be read with what stands above it; `score` is the probability by `signals` that it answers.

    The signals are `fused`, the score of its hit; `meaning`, its cosine to the question; `words`, the share of the
    question's words that it or its title carries; `attributed`, 1 unless another's words are asked for.
    """

    hit: Hit
    unit: ReadUnit
    signals: Mapping[str, float]
    score: float

    @property
    def text(self) -> str:
        return self.hit.read.text[self.unit.start : self.unit.end]

    @property
    def lead(self) -> str:
        """What its text is read behind, as one with it: the question that it answers, and what leads its list in."""
        text, unit = self.hit.article.text, self.unit.unit
        parts = [(part.start, part.end) for part in unit.context if part.role in (Role.QUESTION, Role.LEAD_IN)]
        before = _unit_before(self.hit.article, unit)
        if before and before.asks and (before.start, before.end) not in parts:
            parts.append((before.start, before.end))
        return "".join(f"{text[start:end]} " for start, end in parts)

    @property
    def above(self) -> str:
        """What it is read below: title and date, headings, who speaks, the unit before."""
        article, unit = self.hit.article, self.unit.unit
        speaker = (article.text[part.start : part.end] for part in unit.context if part.role is Role.SPEAKER)
        heading = headings_above(article, unit, (Role.HEADING,))
        return above(headed(article.title, article.published), heading, *speaker, _before(article, unit))


_MOST_BEFORE = 200
"""Characters of the unit before, its last ones: more would push title and date aside."""


def _unit_before(article: Article, unit: Unit) -> Unit | None:
    units = units_of(article)
    number = bisect_left(units, unit.start, key=lambda one: one.start) - 1
    return units[number] if number >= 0 else None


def _before(article: Article, unit: Unit) -> str:
    """Return the end of the unit before this one, if that tells something; it may stand in the passage before.

    Of a unit that is cut by the end of its passage, what was cut off is before it.
    """
    before = _unit_before(article, unit)
    if before is None or before.asks or before.kind in (BlockKind.FURNITURE, BlockKind.HEADING):
        return ""
    end = min(before.end, unit.start)
    leads_in = any((part.start, part.end) == (before.start, before.end) for part in unit.context)
    return "" if leads_in else article.text[max(before.start, end - _MOST_BEFORE) : end]


@dataclass(frozen=True, slots=True)
class Prescored:
    """The hits whose units are known, in their order, and the units of theirs that may answer, likeliest first."""

    hits: tuple[Hit, ...]
    windows: tuple[Window, ...]


@dataclass(frozen=True, slots=True)
class PassageWords:
    """Words of a passage, independent of any question: the content terms of title, headings and units.

    A unit has those of the question that it answers and of what leads it in, too.
    """

    title: tuple[str, ...]
    units: tuple[tuple[str, ...], ...]


class Prescorer:
    """Weighs the units of hits by their vectors and words alone. `fitted` adds the signals up."""

    def __init__(self, vectors: SentenceVectors, fitted: Logistic) -> None:
        self._vectors = vectors
        self._fitted = fitted

    def prepare(self, sub_question: SubQuestion) -> QueryFeatures:
        """Return the features that are compared with every unit."""
        text = sub_question.text
        return QueryFeatures(
            sub_question=sub_question,
            speaker=speaker_asked_for(text) if sub_question.compared or not sub_question.party else None,
            for_the_latest=sub_question.kind is QuestionKind.LATEST or _POINTS_AT_THE_PRESENT.search(text) is not None,
            as_of=as_of(text),
            time=asked_time(text),
            vector=self._vectors.question_vector(text),
            weights=topic_weights(sub_question, self._vectors.rarity),
        )

    def prescore(self, features: QueryFeatures, hits: Sequence[Hit]) -> Prescored:
        """Return what of these hits may be read; an article that was deleted since it was found is left out.

        So is one whose sentences end elsewhere than when they were embedded, until the index is updated.
        """
        vectors = self._vectors.sentence_vectors(hits)
        known = [hit for hit in hits if len(vectors.get(hit.passage.id, ())) == len(hit.read.units)]
        windows = [window for hit in known for window in self._windows(features, hit, vectors[hit.passage.id])]
        if features.time:
            windows = _less_for_other_times(windows, features.time)
        return Prescored(tuple(known), tuple(sorted(windows, key=lambda window: -window.score)))

    def _windows(self, features: QueryFeatures, hit: Hit, vectors: NDArray[np.float32]) -> Iterator[Window]:
        has = passage_words(hit)
        meanings = (vectors @ features.vector).tolist()
        asked, asked_terms = -1.0, tuple[str, ...]()
        for unit, terms, meaning in zip(hit.read.units, has.units, meanings, strict=True):
            if may_answer(hit, unit.unit) and not _is_said_by_another_side(features, hit.article, unit.unit):
                # What follows a question is as near as that: the question says what it is about.
                signals = {
                    "fused": hit.score,
                    "meaning": max(meaning, asked),
                    "words": coverage(features.weights, (*has.title, *asked_terms, *terms)),
                    "attributed": float(_is_attributed(features, hit.article, unit.unit)),
                }
                yield Window(hit, unit, signals, self._fitted.probability(signals))
            asked, asked_terms = (meaning, terms) if unit.unit.asks else (-1.0, ())


def _less_for_other_times(windows: Sequence[Window], time: Time) -> list[Window]:
    """Lower the scores of what is told of another time than is asked of, if anything is told of that."""
    of_it = [is_of_time(window.hit.article, window.unit.unit, time) for window in windows]
    if not any(of_it):
        return list(windows)
    return [
        window if is_of_it else replace(window, score=window.score * OF_ANOTHER_TIME)
        for window, is_of_it in zip(windows, of_it, strict=True)
    ]


def is_of_time(article: Article, unit: Unit, time: Time) -> bool:
    """Whether a unit tells of a time: its article is of it, or of the week around it, or it or its title names it.

    Nobody knows of what time an undated article tells, so that it may.
    """
    published = article.published
    if published is None or time.first - published <= _AROUND >= published - time.last:
        return True
    told = (*times_told(article.title), *times_told(article.text[unit.start : unit.end]))
    return any(map(time.overlaps, told))


def passage_words(hit: Hit) -> PassageWords:
    """Return the content terms of a passage's title with the headings above, and of each of its units."""
    return _words(Keyed((hit.passage.id, hit.article.content_hash, hit.article.read_by, hit.article.title), hit))


@lru_cache(_REMEMBERED_PASSAGES)
def _words(keyed: Keyed[Hit]) -> PassageWords:
    hit = keyed.value
    embedded = embedded_text(hit.article, hit.passage.start, hit.passage.end)
    return PassageWords(_terms(f"{hit.article.title}\n{hit.read.heading}"), tuple(map(_terms, embedded.units)))


def _terms(text: str) -> tuple[str, ...]:
    return tuple(intern(term) for term in content_terms(text))  # the same few thousand words everywhere


def may_answer(hit: Hit, unit: Unit) -> bool:
    """Whether a unit may be quoted as an answer: fragments, headings, furniture, questions and what only introduces
    what follows ("The mayor gave this statement:") may not."""
    text = hit.article.text[unit.start : unit.end]
    return (
        unit.may_be_quoted
        and not _is_fragment(unit, text, is_structured=bool(hit.article.blocks))
        and not (text.endswith(LEADS_IN) and not led_in_by(hit.article, unit.start, unit.end))
    )


def _is_attributed(features: QueryFeatures, article: Article, unit: Unit) -> bool:
    """Whether nobody's words are asked for, or these are the words of who is asked for."""
    if features.sub_question.compared:
        return not tells_of_another_side(features.sub_question, article.text[unit.start : unit.end])
    if features.sub_question.party:
        return is_attributable_to_party(features.sub_question.party, article, unit.start, unit.end)
    return features.speaker is None or is_attributable_to_speaker(features.speaker, article, unit.start, unit.end)


def _is_said_by_another_side(features: QueryFeatures, article: Article, unit: Unit) -> bool:
    """Whether a side of a comparison is asked for its words, and a unit is what others say."""
    asked = features.sub_question
    is_asked_for = asked.compared is not None and features.speaker is not None
    return is_asked_for and is_said_by_another(asked, article, unit.start, unit.end)


def _is_fragment(unit: Unit, text: str, is_structured: bool) -> bool:
    """Whether a unit is too short to tell anything alone, and nothing above it says what it is about."""
    if unit.kind is BlockKind.ROW or any(part.role in (Role.QUESTION, Role.LEAD_IN) for part in unit.context):
        return False
    fewest = _MIN_WORDS - 1 if is_structured and text.endswith(SENTENCE_ENDS) else _MIN_WORDS
    is_short = len(text.split()) < fewest and (text.isascii() or len(text) < _MIN_CHARACTERS)
    return is_short and _WHOLE_SENTENCE.search(text) is None

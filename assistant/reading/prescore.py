"""Prescoring: a cheap look at every hit, before a model reads the likeliest.

How near a passage's best sentence is to the question by meaning (cosine) and by words (which of the question's words,
weighted by rarity, the sentence or its article's title carries), and which of the question's word pairs it has. What is
known is added up to a probability by `assistant.reading.calibration`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise
from sys import intern
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from assistant.groundedness.speakers import is_same_speaker
from assistant.logistic import Logistic
from assistant.query.decompose import SubQuestion
from assistant.query.speaker import speaker_asked_for
from assistant.query.topic import coverage, topic_weights
from assistant.reading.attribution import is_attributable_to_party, is_attributable_to_speaker
from corpus.block import BlockKind
from corpus.keyed import Keyed
from corpus.text.analysis import content_terms
from corpus.text.english import ENGLISH
from corpus.text.sentences import SENTENCE_ENDS
from corpus.units import Role, Unit
from index.hit import Hit
from index.passage_text import ReadUnit, embedded_text

PRESCORE_DEPTH = 16
"""Hits that are prescored, of which the likeliest are reranked: the answer is among them in .97 of cases where it is
among the first hundred."""

_ASKS_FOR_THE_LATEST = re.compile(rf"\b{ENGLISH.any_of('latest')}\b", re.IGNORECASE)

_REMEMBERED_PASSAGES = 1024
"""Passages whose words are kept for the next questions that find them: 4 MB; finding words costs more than comparing
them."""

_MIN_WORDS, _MIN_CHARACTERS = 4, 20
"""A sentence with less of both is a heading or a fragment, which may be found, but answers nothing: one word more may
be missing where the document says what is a heading. Chinese has no spaces between words."""


class SentenceVectors(Protocol):
    """Source of the vectors of a passage's sentences: made at ingest, kept in the store."""

    def sentence_vectors(self, hits: Sequence[Hit]) -> Mapping[str, NDArray[np.float32]]:
        """Return passage id -> one unit row for each of `hit.read.units`."""

    def question_vector(self, question: str) -> NDArray[np.float32]: ...

    def rarity(self, terms: Collection[str]) -> Mapping[str, float]:
        """Return the inverse document frequency, > 0, of each term that some passage has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryFeatures:
    """Features of a sub-question, prepared once for all its passages. `pairs` are adjacent content terms.

    `speaker` is the one whose words are asked for, when that is no party of `corpus.text.parties`.
    """

    sub_question: SubQuestion
    speaker: str | None
    for_the_latest: bool
    vector: NDArray[np.float32]
    weights: Mapping[str, float]
    pairs: frozenset[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class PrescoredSentence:
    """A unit of a passage that may answer; `meaning` is its cosine to the question, `words` the share of words it
    carries."""

    unit: ReadUnit
    meaning: float
    words: float


@dataclass(frozen=True, slots=True)
class Prescored:
    """A passage before it is read; `hit.score` is the probability by these signals that it answers.

    `sentences` are those that may answer: no fragments, and none of another party.
    """

    hit: Hit
    sentences: tuple[PrescoredSentence, ...]
    signals: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class PassageWords:
    """Words of a passage, independent of any question: the content terms of title, headings and units.

    A unit has those of the question that it answers and of what leads it in, too.
    """

    title: tuple[str, ...]
    units: tuple[tuple[str, ...], ...]


class Prescorer:
    """Weighs hits by their vectors and words alone. `fitted` adds the signals up."""

    def __init__(self, vectors: SentenceVectors, fitted: Logistic) -> None:
        self._vectors = vectors
        self._fitted = fitted

    def prepare(self, sub_question: SubQuestion) -> QueryFeatures:
        """Return the features that are compared with every passage."""
        text = sub_question.text
        return QueryFeatures(
            sub_question=sub_question,
            speaker=None if sub_question.party else speaker_asked_for(text),
            for_the_latest=_ASKS_FOR_THE_LATEST.search(text) is not None,
            vector=self._vectors.question_vector(text),
            weights=topic_weights(sub_question, self._vectors.rarity),
            pairs=frozenset(pairwise(content_terms(text))),
        )

    def prescore(self, features: QueryFeatures, hits: Sequence[Hit]) -> list[Prescored]:
        """Return hits likeliest first; an article that was deleted since it was found is left out.

        So is one whose sentences end elsewhere than when they were embedded, until the index is updated.
        """
        vectors = self._vectors.sentence_vectors(hits)
        words = {hit.passage.id: passage_words(hit) for hit in hits}
        prescored = [
            self._prescore(features, hit, words[hit.passage.id], vectors[hit.passage.id])
            for hit in hits
            if hit.passage.id in vectors and len(vectors[hit.passage.id]) == len(words[hit.passage.id].units)
        ]
        return sorted(prescored, key=lambda passage: -passage.hit.score)

    def _prescore(
        self, features: QueryFeatures, hit: Hit, has: PassageWords, vectors: NDArray[np.float32]
    ) -> Prescored:
        words = [coverage(features.weights, (*has.title, *of_unit)) for of_unit in has.units]
        meanings = (vectors @ features.vector).tolist()
        pairs = features.pairs.intersection(pair for terms in (has.title, *has.units) for pair in pairwise(terms))
        signals = {
            "fused": hit.score,
            "meaning": max(meanings, default=0.0),
            "words": max(words, default=0.0),
            "pairs": len(pairs) / max(1, len(features.pairs)),
        }
        sentences = (
            PrescoredSentence(unit, meaning, carried)
            for unit, meaning, carried in zip(hit.read.units, meanings, words, strict=True)
            if _may_answer(features, hit, unit.unit)
        )
        return Prescored(replace(hit, score=self._fitted.probability(signals)), tuple(sentences), signals)


def passage_words(hit: Hit) -> PassageWords:
    """Return the content terms of a passage's title with the headings above, and of each of its units."""
    return _words(Keyed((hit.passage.id, hit.article.content_hash, hit.article.title), hit))


@lru_cache(_REMEMBERED_PASSAGES)
def _words(keyed: Keyed[Hit]) -> PassageWords:
    hit = keyed.value
    embedded = embedded_text(hit.article, hit.passage.start, hit.passage.end)
    return PassageWords(_terms(f"{hit.article.title}\n{hit.read.heading}"), tuple(map(_terms, embedded.units)))


def _terms(text: str) -> tuple[str, ...]:
    return tuple(intern(term) for term in content_terms(text))  # the same few thousand words everywhere


def _may_answer(features: QueryFeatures, hit: Hit, unit: Unit) -> bool:
    text = hit.article.text
    if not unit.may_be_quoted or _is_fragment(
        unit, text[unit.start : unit.end], is_structured=bool(hit.article.blocks)
    ):
        return False
    if features.sub_question.party:
        return is_attributable_to_party(features.sub_question.party, text, unit.start, unit.end)
    if features.speaker is None or _speaks(features.speaker, unit, text):
        return True
    return is_attributable_to_speaker(features.speaker, text, unit.start, unit.end)


def _speaks(asked: str, unit: Unit, text: str) -> bool:
    """Whether a transcript names the one whose words are asked for as the speaker of a unit."""
    labels = (text[part.start : part.end] for part in unit.context if part.role is Role.SPEAKER)
    return any(is_same_speaker(label.title(), asked) for label in labels)


def _is_fragment(unit: Unit, text: str, is_structured: bool) -> bool:
    """Whether a unit is too short to tell anything alone, and nothing above it says what it is about."""
    if unit.kind is BlockKind.ROW or any(part.role in (Role.QUESTION, Role.LEAD_IN) for part in unit.context):
        return False
    fewest = _MIN_WORDS - 1 if is_structured and text.endswith(SENTENCE_ENDS) else _MIN_WORDS
    return len(text.split()) < fewest and (text.isascii() or len(text) < _MIN_CHARACTERS)

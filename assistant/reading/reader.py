"""Reading: which passages and sentences answer a question, and how surely.

First every hit is glanced at: how near its best sentence is to the question by meaning (cosine) and by words (which of
the question's words, weighted by rarity, the sentence or its article's title carries), and which of the question's word
pairs it has. A reading model (`assistant.reading`) then looks for answer spans in the few passages that are likeliest
to answer. What is known of a passage or a sentence is added up to a probability by `assistant.reading.calibration`.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise
from sys import intern
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from assistant.answer import Evidence
from assistant.query.decompose import SubQuestion
from assistant.query.topic import coverage, topic_weights
from assistant.reading.attribution import is_attributable_to_party, is_attributable_to_speaker, speaker_asked_for
from assistant.reading.calibration import Calibration
from assistant.reading.models.span_model import Reading, ReadingModel
from corpus.text.sentences import sentence_spans
from index.hit import Hit
from index.words.bm25 import content_terms

RERANK_DEPTH = 16
"""Hits that are worth a glance: the answer is among them in .97 of cases where it is among the first hundred."""

_READ_FIRST = 2
"""Passages that are always read. Each costs 11 ms on two cores."""

_WORTH_READING_TOO = 0.2
"""Probability, at a glance, from which a passage is read though another surely answers: it may disagree."""

LOG_ODDS_UNIT = 10.0
"""Log-odds of a reading model are counted in tens, so that all signals are about as large."""

NO_SPAN = -1.0
"""Log-odds, in tens, where what was read has no span at all. That nothing was read is a stronger sign: see
`assistant.reading.abstention.NO_SIGNALS`."""

_ASKS_FOR_THE_LATEST = re.compile(
    r"\b(?:latest|newest|most\s+recent(?:ly)?|currently|current|right\s+now|at\s+the\s+moment)\b", re.IGNORECASE
)
_NEWEST_FROM = 0.2
"""Probability from which the newest sentence is the newest that answers."""

_OUTDATED = 0.5
"""What an older sentence's probability is worth to who asks for the latest."""

_FURNITURE = re.compile(
    r"""
    ^\W*
    (?: (?i: read\ more | sign\ up | subscribe | follow\ us | share\ this | related(?:\ stories)?: | advertisement
           | (?:additional\ )? (?:reporting|writing|editing|photography) \s by )\b
      | (?:By|BY) (?:\s[A-Z][\w.-]+){2,4} \W* $
    )
    """,
    re.VERBOSE,
)
"""What stands around the text of an article on its page, and is found with it."""

_REMEMBERED_PASSAGES = 1024
"""Whose words are kept for the next questions that find them: 4 MB; finding words costs more than comparing them."""

_MIN_WORDS, _MIN_CHARACTERS = 4, 20
"""What has less of both is a heading or a fragment, which may be found, but answers nothing. Chinese has no spaces
between words."""


@dataclass(frozen=True, slots=True)
class Read:
    """What reading made of one part's hits: `hits` best first, `evidence` best first.

    `signals` are those of each passage that was at least glanced at, by its id. `closely` are the log-odds, in tens,
    that the best evidence answers when it is read once more with no more of its passage than the sentences beside it.
    """

    hits: tuple[Hit, ...]
    evidence: tuple[Evidence, ...]
    signals: Mapping[str, Mapping[str, float]]
    closely: float = NO_SPAN


class Reader(Protocol):
    """Finds evidence in hits, each piece with the signals `span`, `answers` and `meaning` of `SpanReader`."""

    def warm_up(self) -> None:
        """Load what reading needs, so that the first question does not wait for it."""

    def read(self, part: SubQuestion, hits: Sequence[Hit], number: int = 0) -> Read:
        """Evidence for `part`, the question's part of this number, from its own hits, best first."""

    def rescore(self, part: SubQuestion, read: Read) -> Read:
        """`read` with its `closely`: with less around it a model is less easily taken in by what only looks like an
        answer. Only who judges needs it; it costs one more short reading."""


class SentenceVectors(Protocol):
    """Where the vectors of a passage's sentences come from: made at ingest, kept in the store."""

    def sentence_vectors(self, hits: Sequence[Hit]) -> Mapping[str, NDArray[np.float32]]:
        """Passage id -> one unit row for each of `sentence_spans(hit.text)`."""

    def question_vector(self, question: str) -> NDArray[np.float32]: ...

    def rarity(self, terms: Collection[str]) -> Mapping[str, float]:
        """Inverse document frequency, > 0, of each term that some passage has."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a part asks for, prepared once for all its passages. `pairs` are adjacent content terms.

    `speaker` is whose words are asked for, when that is no party of `assistant.query.parties`.
    """

    part: SubQuestion
    speaker: str | None
    for_the_latest: bool
    vector: NDArray[np.float32]
    weights: Mapping[str, float]
    pairs: frozenset[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class _Words:
    """What a passage is made of, whoever asks: the spans of its sentences, and content terms of title and sentences."""

    spans: tuple[tuple[int, int], ...]
    title: tuple[str, ...]
    sentences: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class _Sentence:
    """[start, end) of its passage; `meaning` is its cosine to the question, `words` the share of words it carries."""

    start: int
    end: int
    meaning: float
    words: float


@dataclass(frozen=True, slots=True)
class _Glance:
    """What a passage looks like before it is read; `hit.score` is the probability by these signals that it answers.

    `sentences` are those that may answer: no fragments, and none of another side.
    """

    hit: Hit
    sentences: tuple[_Sentence, ...]
    signals: Mapping[str, float]


class SpanReader:
    """Glances at the first hits, reads the likeliest `passages` of them, and weighs every sentence of those."""

    def __init__(
        self,
        vectors: SentenceVectors,
        model: ReadingModel,
        calibration: Calibration,
        passages: int,
        sure: float,
    ) -> None:
        """`sure`: the probability that one of the first few answers, from which no more are read."""
        self._vectors = vectors
        self._model = model
        self._calibration = calibration
        self._passages = passages
        self._sure = sure

    def warm_up(self) -> None:
        self._model.warm_up()

    def read(self, part: SubQuestion, hits: Sequence[Hit], number: int = 0) -> Read:
        asked = self._prepare(part)
        glances = self._glance(asked, hits[:RERANK_DEPTH])
        read = self._read_likeliest(asked, [glance for glance in glances if glance.sentences][: self._passages])
        ids = {glance.hit.passage.id for glance, _ in read}
        passed_over = [glance for glance in glances if glance.hit.passage.id not in ids]
        evidence = [item for glance, reading in read for item in self._weigh(number, glance, reading)]
        if asked.for_the_latest:
            evidence = _less_for_older(evidence)
        seen = sorted([*(glance for glance, _ in read), *passed_over], key=lambda glance: -glance.hit.score)
        return Read(
            hits=(*(glance.hit for glance in seen), *_below(seen, hits[RERANK_DEPTH:])),
            evidence=tuple(sorted(evidence, key=lambda item: -item.support)),
            signals={glance.hit.passage.id: glance.signals for glance in seen},
        )

    def rescore(self, part: SubQuestion, read: Read) -> Read:
        if not read.evidence:
            return read
        best = read.evidence[0]
        spans = _words(best.hit.article.title, best.hit.text).spans
        place = bisect_left(spans, (best.start - best.hit.passage.start, 0))
        start, end = spans[max(0, place - 1)][0], spans[min(len(spans) - 1, place + 1)][1]
        (reading,) = self._model.read(part.text, [(best.hit.article.title, best.hit.text[start:end])])
        span = reading.best_span(0, end - start)
        return replace(read, closely=span.score / LOG_ODDS_UNIT) if span else read

    def _prepare(self, part: SubQuestion) -> _Asked:
        return _Asked(
            part,
            None if part.party else speaker_asked_for(part.text),
            _ASKS_FOR_THE_LATEST.search(part.text) is not None,
            self._vectors.question_vector(part.text),
            topic_weights(part, self._vectors.rarity),
            frozenset(pairwise(content_terms(part.text))),
        )

    def _glance(self, asked: _Asked, hits: Sequence[Hit]) -> list[_Glance]:
        """Likeliest first; an article that was deleted since it was found is not read.

        Nor is one whose sentences end elsewhere than when they were embedded, until the index is updated.
        """
        vectors = self._vectors.sentence_vectors(hits)
        words = {hit.passage.id: _words(hit.article.title, hit.text) for hit in hits}
        glances = [
            self._glance_at(asked, hit, words[hit.passage.id], vectors[hit.passage.id])
            for hit in hits
            if hit.passage.id in vectors and len(vectors[hit.passage.id]) == len(words[hit.passage.id].spans)
        ]
        return sorted(glances, key=lambda glance: -glance.hit.score)

    def _glance_at(self, asked: _Asked, hit: Hit, has: _Words, vectors: NDArray[np.float32]) -> _Glance:
        words = [coverage(asked.weights, (*has.title, *of_sentence)) for of_sentence in has.sentences]
        meanings = (vectors @ asked.vector).tolist()
        pairs = asked.pairs.intersection(pair for terms in (has.title, *has.sentences) for pair in pairwise(terms))
        signals = {
            "fused": hit.score,
            "meaning": max(meanings, default=0.0),
            "words": max(words, default=0.0),
            "pairs": len(pairs) / max(1, len(asked.pairs)),
        }
        probability = self._calibration.found_passage.probability(signals)
        sentences = (
            _Sentence(start, end, meaning, carried)
            for (start, end), meaning, carried in zip(has.spans, meanings, words, strict=True)
            if _may_answer(asked, hit, hit.passage.start + start, hit.passage.start + end)
        )
        return _Glance(replace(hit, score=probability), tuple(sentences), signals)

    def _read_likeliest(self, asked: _Asked, glances: Sequence[_Glance]) -> list[tuple[_Glance, Reading]]:
        """The first few of them, and the others too; once one surely answers, only those that may answer as well."""
        first, others = self._read_all(asked.part, glances[:_READ_FIRST]), glances[_READ_FIRST:]
        if not asked.for_the_latest and any(glance.hit.score >= self._sure for glance, _ in first):
            others = [glance for glance in others if glance.hit.score >= _WORTH_READING_TOO]
        return first + self._read_all(asked.part, others)

    def _read_all(self, part: SubQuestion, glances: Sequence[_Glance]) -> list[tuple[_Glance, Reading]]:
        texts = [(glance.hit.article.title, glance.hit.text) for glance in glances]
        readings = self._model.read(part.text, texts)
        return [self._judged(glance, reading) for glance, reading in zip(glances, readings, strict=True)]

    def _judged(self, glance: _Glance, reading: Reading) -> tuple[_Glance, Reading]:
        """The passage with what the model says of it, and with its new probability."""
        hit = glance.hit
        best = reading.best_span(0, len(hit.text))
        signals = {
            **glance.signals,
            "answers": reading.answers / LOG_ODDS_UNIT,
            "span": best.score / LOG_ODDS_UNIT if best else NO_SPAN,
        }
        probability = self._calibration.read_passage.probability(signals)
        hit = replace(hit, score=probability, scores=replace(hit.scores, reader=probability))
        return replace(glance, hit=hit, signals=signals), reading

    def _weigh(self, number: int, glance: _Glance, reading: Reading) -> Iterator[Evidence]:
        hit = glance.hit
        for sentence in glance.sentences:
            span = reading.best_span(sentence.start, sentence.end)
            start, end = hit.passage.start + sentence.start, hit.passage.start + sentence.end
            if span is None:  # beyond what the model reads of a long passage
                continue
            signals = {
                "span": span.score / LOG_ODDS_UNIT,
                "answers": reading.answers / LOG_ODDS_UNIT,
                "meaning": sentence.meaning,
                "words": sentence.words,
                "fused": glance.signals["fused"],
            }
            short = (hit.passage.start + span.start, hit.passage.start + span.end)
            support = self._calibration.sentence.probability(signals)
            yield Evidence(hit, start, end, support, signals, number, short)


@lru_cache(_REMEMBERED_PASSAGES)
def _words(title: str, text: str) -> _Words:
    spans = sentence_spans(text)
    return _Words(tuple(spans), _terms(title), tuple(_terms(text[start:end]) for start, end in spans))


def _terms(text: str) -> tuple[str, ...]:
    return tuple(intern(term) for term in content_terms(text))  # the same few thousand words everywhere


def _may_answer(asked: _Asked, hit: Hit, start: int, end: int) -> bool:
    text = hit.article.text
    sentence = text[start:end]
    if _FURNITURE.match(sentence):
        return False
    if len(sentence.split()) < _MIN_WORDS and (sentence.isascii() or len(sentence) < _MIN_CHARACTERS):
        return False
    if asked.part.party:
        return is_attributable_to_party(asked.part.party, text, start, end)
    return asked.speaker is None or is_attributable_to_speaker(asked.speaker, text, start, end)


def _less_for_older(evidence: Sequence[Evidence]) -> list[Evidence]:
    """The same, sentences of articles older than the newest that may answer with less support; undated ones keep it."""
    dates = [item.hit.article.published for item in evidence if item.support >= _NEWEST_FROM]
    newest = max((date for date in dates if date), default=None)
    return [
        replace(item, support=item.support * _OUTDATED)
        if newest and item.hit.article.published and item.hit.article.published < newest
        else item
        for item in evidence
    ]


def _below(seen: Sequence[_Glance], hits: Sequence[Hit]) -> Iterator[Hit]:
    """Hits that were not glanced at: in their order, after all that were."""
    lowest = seen[-1].hit.score if seen else 1.0
    for hit in hits:
        yield replace(hit, score=lowest * hit.score)

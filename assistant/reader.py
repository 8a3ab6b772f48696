"""Reading: which sentences of the hits answer a question, and how well.

`SentenceReader` scores sentences by meaning (cosine of sentence and question) and by words (which of the
question's words, weighted by rarity, the sentence or its article's title carries). A trained reader can take its
place: it has to be a `Reader`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from assistant.answer import Evidence
from assistant.attribution import may_speak_for
from assistant.question import Part
from assistant.topic import coverage, topic_weights
from corpus.sentences import sentence_spans
from index.hit import Hit
from index.lexical import content_terms

_MEANING, _WORDS, _PASSAGE = 0.5, 0.5, 0.6
"""Weights of the three scores; measured on xquad-en-closed and clapnq-dev-a (docs/adr/0006-sentence-scores.md)."""

_MIN_WORDS = 4
"""A shorter "sentence" is a heading or a fragment: it may be found, but it answers nothing."""


class Reader(Protocol):
    """Finds evidence in hits."""

    def read(self, parts: Sequence[Part], hits: Sequence[Sequence[Hit]]) -> list[Evidence]:
        """Evidence for every part from its own hits (same order), best first within a part."""


class SentenceVectors(Protocol):
    """Where the vectors of a passage's sentences come from: made at ingest, kept in the catalog."""

    def sentence_vectors(self, hits: Sequence[Hit]) -> Mapping[str, NDArray[np.float32]]:
        """Passage id -> one unit row for each of `sentence_spans(hit.text)`."""

    def question_vector(self, question: str) -> NDArray[np.float32]: ...

    def rarity(self, terms: Collection[str]) -> Mapping[str, float]:
        """Inverse document frequency, > 0, of each term that some passage has."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a part asks for, prepared once for all its sentences."""

    vector: NDArray[np.float32]
    weights: Mapping[str, float]
    side: str | None


class SentenceReader:
    """Scores every sentence of every hit; needs no model beyond the encoder that made the index."""

    def __init__(self, vectors: SentenceVectors) -> None:
        self._vectors = vectors

    def read(self, parts: Sequence[Part], hits: Sequence[Sequence[Hit]]) -> list[Evidence]:
        return [
            evidence
            for number, (part, its_hits) in enumerate(zip(parts, hits, strict=True))
            for evidence in self._read_part(number, part, its_hits)
        ]

    def _read_part(self, number: int, part: Part, hits: Sequence[Hit]) -> list[Evidence]:
        asked = self._prepare(part)
        vectors = self._vectors.sentence_vectors(hits)
        read = [item for hit in hits for item in _score_sentences(number, asked, hit, vectors[hit.passage.id])]
        return sorted(read, key=lambda evidence: -evidence.support)

    def _prepare(self, part: Part) -> _Asked:
        weights = topic_weights(part, self._vectors.rarity)
        return _Asked(self._vectors.question_vector(part.text), weights, part.side)


def _score_sentences(number: int, asked: _Asked, hit: Hit, vectors: NDArray[np.float32]) -> Iterator[Evidence]:
    title_terms = set(content_terms(hit.article.title))
    meanings = vectors @ asked.vector
    spans = sentence_spans(hit.text)
    for (start, end), meaning in zip(spans, meanings, strict=True):
        sentence = hit.text[start:end]
        if len(sentence.split()) < _MIN_WORDS:
            continue
        start, end = hit.passage.start + start, hit.passage.start + end
        if asked.side and not may_speak_for(asked.side, hit.article.text, start, end):
            continue
        words = coverage(asked.weights, title_terms | set(content_terms(sentence)))
        score = _MEANING * float(meaning) + _WORDS * words + _PASSAGE * hit.score
        yield Evidence(hit, start, end, score / (_MEANING + _WORDS + _PASSAGE), float(meaning), number)

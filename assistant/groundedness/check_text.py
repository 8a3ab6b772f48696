"""Any text held against sources, sentence by sentence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

import numpy as np

from assistant.groundedness.faults import Fault
from assistant.groundedness.judge import ClaimJudge, ClaimVerdict, EvidenceRow
from assistant.groundedness.rests_on import rests_on
from corpus.text.analysis import content_terms
from corpus.text.sentences import sentence_spans
from index.encoders.encoder import Encoder, Vector

_LOOKED_AT, _HELD_AGAINST = 128, 6
"""Sentences of the sources with the most words of a claim whose meaning is compared, and that it is held against."""

_LONGEST = 1_000
"""Characters of what is taken for one sentence of a source; a longer one is a table or no prose."""

_WORDS = 0.5
"""Weight of the share of the claim's words that a sentence has, beside the cosine of their meanings."""


class Source(NamedTuple):
    """A text to check against, and what is known of it."""

    title: str
    published: date | None
    text: str


@dataclass(frozen=True, slots=True)
class SourceQuote:
    """`sources[source].text[start:end]`, a sentence, in code points."""

    source: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class CheckedSentence:
    """`text[start:end]`, in code points, and how the sources stand to it.

    `probability` in [0, 1] that the sentences it was held against support it; `evidence` is what it rests on, none for
    what is not confirmed; `faults` are what exact rules found.
    """

    start: int
    end: int
    probability: float
    verdict: ClaimVerdict
    faults: tuple[Fault, ...]
    evidence: tuple[SourceQuote, ...]


class _Encoded:
    """Vectors of sentences, each made once for a whole text."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._vectors: dict[str, Vector] = {}

    def cosines(self, claim: str, sentences: Sequence[str]) -> Vector:
        wanted = list(dict.fromkeys((claim, *sentences)))
        new = [text for text in wanted if text not in self._vectors]
        self._vectors |= zip(new, self._encoder.embed_passages(new), strict=True)
        return np.array([self._vectors[text] for text in sentences]) @ self._vectors[claim]


@dataclass(frozen=True, slots=True)
class _Sentence:
    quote: SourceQuote
    row: EvidenceRow
    terms: frozenset[str]


def check_text(
    text: str, sources: Sequence[Source], encoder: Encoder, judge: ClaimJudge, context: str = ""
) -> list[CheckedSentence]:
    """Check each sentence of `text` against the sentences of `sources` that are nearest to it.

    `context` is what stands before the text, of which the last sentence counts. A sentence that stands several times is
    quoted once. Raises `ReadingModelUnavailable` and `EncoderUnavailable`.
    """
    distinct: dict[tuple[date | None, str], _Sentence] = {}
    for sentence in _sentences(sources):
        distinct.setdefault((sentence.row.published, sentence.row.text), sentence)
    known = list(distinct.values())
    encoded = _Encoded(encoder)
    checked, before = [], _last_sentence(context)
    for start, end in sentence_spans(text):
        checked.append(_checked(text, start, end, known, before, encoded, judge))
        before = text[start:end]
    return checked


def _sentences(sources: Sequence[Source]) -> Iterator[_Sentence]:
    for number, source in enumerate(sources):
        heading = frozenset(content_terms(source.title))
        for start, end in _spans(source.text):
            sentence = source.text[start:end]
            yield _Sentence(
                SourceQuote(number, start, end),
                EvidenceRow(source.title, source.published, sentence),
                heading.union(content_terms(sentence)),
            )


def _spans(text: str) -> Iterator[tuple[int, int]]:
    for start, end in sentence_spans(text):
        yield from ((at, min(end, at + _LONGEST)) for at in range(start, end, _LONGEST))


def _last_sentence(text: str) -> str:
    spans = sentence_spans(text)
    return text[slice(*spans[-1])] if spans else ""


def _checked(
    text: str, start: int, end: int, known: Sequence[_Sentence], before: str, encoded: _Encoded, judge: ClaimJudge
) -> CheckedSentence:
    claim = text[start:end]
    nearest = _nearest(claim, known, encoded)
    judgement, verdict, needed = rests_on(claim, [sentence.row for sentence in nearest], before, judge)
    evidence = tuple(nearest[number].quote for number in needed)
    return CheckedSentence(start, end, judgement.probability, verdict, judgement.faults, evidence)


def _nearest(claim: str, known: Sequence[_Sentence], encoded: _Encoded) -> list[_Sentence]:
    """Return the sentences that the claim is held against, as they follow each other in the sources."""
    terms = frozenset(content_terms(claim))

    def words(sentence: _Sentence) -> float:
        return len(terms & sentence.terms) / max(1, len(terms))

    likely = sorted(known, key=lambda sentence: -words(sentence))[:_LOOKED_AT]
    if len(likely) > _HELD_AGAINST:
        cosines = encoded.cosines(claim, [sentence.row.text for sentence in likely])
        near = [float(cosine) + _WORDS * words(one) for cosine, one in zip(cosines, likely, strict=True)]
        ranked = sorted(range(len(likely)), key=lambda number: -near[number])
        likely = [likely[number] for number in ranked[:_HELD_AGAINST]]
    return sorted(likely, key=lambda sentence: (sentence.quote.source, sentence.quote.start))

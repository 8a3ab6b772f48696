"""Extraction of evidence: the sentences of read passages that may answer, each with support and short answer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from assistant.answer import Evidence
from assistant.reading.calibration import Logistic
from assistant.reading.prescore import QueryFeatures
from assistant.reading.rerank import LOG_ODDS_UNIT, ReadPassage

_NEWEST_FROM = 0.2
"""Probability from which the newest sentence is the newest that answers."""

_OUTDATED = 0.5
"""What an older sentence's probability is worth to who asks for the latest."""


def extract_evidence(
    features: QueryFeatures, read: Sequence[ReadPassage], fitted: Logistic, sub_question: int
) -> list[Evidence]:
    """Return evidence for the sub-question at the position `sub_question`, best first; `fitted` adds its signals up."""
    evidence = [item for passage in read for item in _weigh_sentences(passage, fitted, sub_question)]
    if features.for_the_latest:
        evidence = _less_for_older(evidence)
    return sorted(evidence, key=lambda item: -item.support)


def _weigh_sentences(read: ReadPassage, fitted: Logistic, sub_question: int) -> Iterator[Evidence]:
    hit, reading = read.passage.hit, read.reading
    for sentence in read.passage.sentences:
        unit = sentence.unit
        span = reading.best_span(unit.start, unit.end)
        if span is None:  # beyond what the model reads of a long passage
            continue
        signals = {
            "span": span.score / LOG_ODDS_UNIT,
            "answers": reading.answers / LOG_ODDS_UNIT,
            "meaning": sentence.meaning,
            "words": sentence.words,
            "fused": read.passage.signals["fused"],
        }
        yield Evidence(
            hit=hit,
            start=unit.unit.start,
            end=unit.unit.end,
            support=fitted.probability(signals),
            signals=signals,
            sub_question=sub_question,
            short=hit.read.source_of(span.start, span.end),
        )


def _less_for_older(evidence: Sequence[Evidence]) -> list[Evidence]:
    """Lower the support of sentences of articles older than the newest that may answer; undated ones keep theirs."""
    dates = [item.hit.article.published for item in evidence if item.support >= _NEWEST_FROM]
    newest = max((date for date in dates if date), default=None)
    return [
        replace(item, support=item.support * _OUTDATED)
        if newest and item.hit.article.published and item.hit.article.published < newest
        else item
        for item in evidence
    ]

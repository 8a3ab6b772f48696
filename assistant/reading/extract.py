"""Extraction of evidence: the sentences of read passages that may answer, each with support and short answer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, time

from assistant.answer import Evidence
from assistant.logistic import Logistic
from assistant.reading.prescore import QueryFeatures
from assistant.reading.rerank import LOG_ODDS_UNIT, ReadPassage
from assistant.reading.tables import AskedFor, cells_asked_for
from corpus.block import BlockKind, Stretch
from corpus.units import Unit
from index.hit import Hit
from index.passage_text import PassageText, ReadUnit

_NEWEST_FROM = 0.2
"""Probability from which the newest sentence is the newest that answers."""

_OUTDATED = 0.5
"""What an older sentence's probability is worth to who asks for the latest."""


def extract_evidence(
    features: QueryFeatures, read: Sequence[ReadPassage], fitted: Logistic, sub_question: int
) -> list[Evidence]:
    """Return evidence for the sub-question at the position `sub_question`, best first; `fitted` adds its signals up."""
    evidence = [item for passage in read for item in _weigh_sentences(features, passage, fitted, sub_question)]
    if features.for_the_latest:
        evidence = _less_for_older(evidence)
    return sorted(evidence, key=lambda item: -item.support)


def _weigh_sentences(
    features: QueryFeatures, read: ReadPassage, fitted: Logistic, sub_question: int
) -> Iterator[Evidence]:
    hit, reading = read.passage.hit, read.reading
    for sentence in read.passage.sentences:
        unit, asked_for = sentence.unit.unit, _cells_asked_for(features, hit, sentence.unit.unit)
        if asked_for and not asked_for.cells:
            continue
        start, end = _where_read(hit.read, sentence.unit, asked_for)
        span = reading.best_span(start, end)
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
            start=unit.start,
            end=unit.end,
            support=fitted.probability(signals),
            signals=signals,
            sub_question=sub_question,
            short=(asked_for and asked_for.head) or hit.read.source_of(span.start, span.end),
            unit=replace(unit, cells=asked_for.cells) if asked_for else unit,
        )


def _cells_asked_for(features: QueryFeatures, hit: Hit, unit: Unit) -> AskedFor | None:
    if unit.kind is not BlockKind.ROW:
        return None
    return cells_asked_for(features.sub_question.text, features.weights, hit.article, unit)


def _where_read(read: PassageText, unit: ReadUnit, asked_for: AskedFor | None) -> Stretch:
    """Return where the unit is written in the passage as it is read, or the one cell of it that is asked for."""
    if asked_for and len(asked_for.cells) == 1:
        cell = asked_for.cells[0]
        for run in read.runs:
            if run.source == cell.start and unit.start <= run.start < unit.end:
                return run.start, run.start + run.length
    return unit.start, unit.end


def _less_for_older(evidence: Sequence[Evidence]) -> list[Evidence]:
    """Lower the support of sentences older than the newest that may answer; undated ones keep theirs."""
    times = [_told_at(item) for item in evidence if item.support >= _NEWEST_FROM]
    newest = max(filter(None, times), default=None)
    return [
        replace(item, support=item.support * _OUTDATED)
        if newest and (told := _told_at(item)) and told < newest
        else item
        for item in evidence
    ]


def _told_at(item: Evidence) -> datetime | None:
    """Return when the post of a live blog was written, else the beginning of the day of the article."""
    if item.unit is not None and item.unit.posted is not None:
        return item.unit.posted
    published = item.hit.article.published
    return datetime.combine(published, time.min, UTC) if published else None

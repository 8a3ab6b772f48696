"""Readers find the sentences that answer a question, and the passages that hold them, with probabilities.

Every unit of every hit is prescored, the likeliest are read as windows, and evidence is extracted from those. How good
a passage is follows from its best window.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import compress
from operator import not_
from typing import Protocol

from assistant.answer import Evidence
from assistant.logistic import Logistic
from assistant.query.decompose import SubQuestion
from assistant.reading.by_meaning import CalibrationByMeaning, evidence_by_meaning, is_read
from assistant.reading.calibration import Calibration
from assistant.reading.extract import ReadWindow, extract_evidence, ordered
from assistant.reading.leads import with_leads
from assistant.reading.models.span_model import ReadingModel
from assistant.reading.prescore import PRESCORE_DEPTH, Prescored, Prescorer, SentenceVectors, Window
from index.hit import Hit

_NOT_READ = -2.0
"""Log-odds, in tens, of a passage of which no window was read."""

_NOT_KNOWN = {"meaning": 0.0, "words": 0.0, "answers": _NOT_READ, "span": _NOT_READ}
"""Signals of a passage of which no unit may answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadResult:
    """Result of reading one sub-question's hits: `hits` best first, `evidence` best first.

    `signals` are those of each passage whose units were prescored, by its id (`passage_signals`). `with_leads` is the
    evidence beside the leads that tell of a story, for whoever asks for a story.
    """

    hits: tuple[Hit, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    signals: Mapping[str, Mapping[str, float]]
    with_leads: tuple[Evidence, ...] = ()

    @property
    def quotable(self) -> tuple[Evidence, ...]:
        """What may be quoted, best first; whether anything is, its `evidence` decides."""
        return self.with_leads or self.evidence


class Reader(Protocol):
    """Finds evidence in hits, each piece with the signals of `Window`, and `span`, `answers` and `yes`."""

    def warm_up(self) -> None:
        """Load what reading needs, so that the first question does not wait for it."""

    def read(self, sub_question: SubQuestion, hits: Sequence[Hit], position: int = 0) -> ReadResult:
        """Return evidence for the sub-question at `position`, from its own hits, best first."""


class WindowReader:
    """Prescores, reads and extracts; `vectors` and `model` say what is known of units."""

    def __init__(
        self,
        vectors: SentenceVectors,
        model: ReadingModel,
        calibration: Calibration,
        *,
        windows: int,
        by_meaning: CalibrationByMeaning | None = None,
    ) -> None:
        """`windows` is how many are read at most; `by_meaning` how those weigh that the model cannot read, where the
        vectors know their languages."""
        self._prescorer = Prescorer(vectors, calibration.window)
        self._model = model
        self._calibration = calibration
        self._most = windows
        self._by_meaning = by_meaning

    def warm_up(self) -> None:
        self._model.warm_up()

    def read(self, sub_question: SubQuestion, hits: Sequence[Hit], position: int = 0) -> ReadResult:
        features = self._prescorer.prepare(sub_question)
        prescored = self._prescorer.prescore(features, hits[:PRESCORE_DEPTH])
        windows, others = self._shared_out(sub_question, prescored.windows)
        read = self._read(sub_question, windows[: self._most])
        evidence = extract_evidence(features, read, self._calibration.evidence, position)
        if self._by_meaning and others:
            by_meaning = ordered(features, evidence_by_meaning(features, others, self._by_meaning.unit, position))
            evidence = sorted((*evidence, *by_meaning[: self._most]), key=lambda item: -item.support)
        signals = passage_signals(prescored, evidence)
        ranked = self._ranked(prescored.hits, signals, evidence)
        return ReadResult(
            hits=(*ranked, *_below(ranked, hits[PRESCORE_DEPTH:])),
            evidence=tuple(evidence),
            signals=signals,
            with_leads=tuple(with_leads(features, evidence, ranked, position)),
        )

    def _shared_out(
        self, sub_question: SubQuestion, windows: Sequence[Window]
    ) -> tuple[Sequence[Window], Sequence[Window]]:
        """Return the windows that the model reads, and those that are read by meaning."""
        if self._by_meaning is None:
            return windows, ()
        reads = [is_read(sub_question, window) for window in windows]
        return tuple(compress(windows, reads)), tuple(compress(windows, map(not_, reads)))

    def _read(self, sub_question: SubQuestion, windows: Sequence[Window]) -> list[ReadWindow]:
        shown = [(window.above, window.lead + window.text) for window in windows]
        by_question = [self._model.read(question, shown) for question in sub_question.read_as]
        readings = [max(found, key=lambda one: one.answers) for found in zip(*by_question, strict=True)]
        return [
            ReadWindow(window, above, reading)
            for window, (above, _), reading in zip(windows, shown, readings, strict=True)
        ]

    def _ranked(
        self, hits: Sequence[Hit], signals: Mapping[str, Mapping[str, float]], evidence: Sequence[Evidence]
    ) -> list[Hit]:
        """Return the hits, best first, with their new scores; one read by meaning is as likely as its best unit."""
        best_last = [item for item in reversed(evidence) if not was_read(item)]
        by_meaning = {item.hit.passage.id: item.support for item in best_last}
        weighed = [
            _scored(hit, by_meaning[hit.passage.id], is_read=True)
            if hit.passage.id in by_meaning
            else _weighed(hit, signals[hit.passage.id], self._calibration.passage)
            for hit in hits
        ]
        return sorted(weighed, key=lambda hit: -hit.score)


def passage_signals(prescored: Prescored, evidence: Sequence[Evidence]) -> dict[str, dict[str, float]]:
    """Return by its id what is known of each passage: the highest of each signal that its windows have.

    `answers` and `span` are those of the windows that were read, and low where none was; the others are 0 where no unit
    may answer.
    """
    signals = {hit.passage.id: {**_NOT_KNOWN, "fused": hit.score} for hit in prescored.hits}
    for window in prescored.windows:
        _raise(signals[window.hit.passage.id], window.signals)
    for item in evidence:
        _raise(signals[item.hit.passage.id], item.signals)
    return signals


def _raise(best: dict[str, float], signals: Mapping[str, float]) -> None:
    for name, value in signals.items():
        best[name] = max(best.get(name, value), value)


def was_read(item: Evidence) -> bool:
    """Whether the model has read it, not its vector alone."""
    return "answers" in item.signals


def _weighed(hit: Hit, signals: Mapping[str, float], fitted: Logistic) -> Hit:
    """Return a hit with its probability as score; it was read if some of its windows were."""
    return _scored(hit, fitted.probability(signals), is_read=signals["answers"] > _NOT_READ)


def _scored(hit: Hit, probability: float, *, is_read: bool) -> Hit:
    return replace(hit, score=probability, scores=replace(hit.scores, reader=probability if is_read else None))


def _below(ranked: Sequence[Hit], hits: Sequence[Hit]) -> Iterator[Hit]:
    """Yield hits that were not prescored: in their order, after all that were."""
    lowest = ranked[-1].score if ranked else 1.0
    for hit in hits:
        yield replace(hit, score=lowest * hit.score)

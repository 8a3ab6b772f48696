"""Readers find the sentences that answer a question, and the passages that hold them, with probabilities.

Every unit of every hit is prescored, the likeliest are read as windows, and evidence is extracted from those. How good
a passage is follows from its best window.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from assistant.answer import Evidence
from assistant.logistic import Logistic
from assistant.query.decompose import SubQuestion
from assistant.reading.calibration import Calibration
from assistant.reading.extract import ReadWindow, extract_evidence
from assistant.reading.models.span_model import ReadingModel
from assistant.reading.prescore import PRESCORE_DEPTH, Prescorer, SentenceVectors, Window
from index.hit import Hit

_NOT_READ = {"answers": -2.0, "span": -2.0}
"""Log-odds, in tens, of a passage of which no window was read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadResult:
    """Result of reading one sub-question's hits: `hits` best first, `evidence` best first.

    `signals` are those of each passage whose units were prescored, by its id (`passage_signals`).
    """

    hits: tuple[Hit, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    signals: Mapping[str, Mapping[str, float]]


class Reader(Protocol):
    """Finds evidence in hits, each piece with the signals of `Window`, and `span` and `answers`."""

    def warm_up(self) -> None:
        """Load what reading needs, so that the first question does not wait for it."""

    def read(self, sub_question: SubQuestion, hits: Sequence[Hit], position: int = 0) -> ReadResult:
        """Return evidence for the sub-question at `position`, from its own hits, best first."""


class WindowReader:
    """Prescores, reads and extracts; `vectors` and `model` say what is known of units."""

    def __init__(
        self, vectors: SentenceVectors, model: ReadingModel, calibration: Calibration, *, windows: int
    ) -> None:
        """`windows` is how many are read at most."""
        self._prescorer = Prescorer(vectors, calibration.window)
        self._model = model
        self._calibration = calibration
        self._most = windows

    def warm_up(self) -> None:
        self._model.warm_up()

    def read(self, sub_question: SubQuestion, hits: Sequence[Hit], position: int = 0) -> ReadResult:
        features = self._prescorer.prepare(sub_question)
        windows = self._prescorer.prescore(features, hits[:PRESCORE_DEPTH])
        read = self._read(sub_question, windows[: self._most])
        evidence = extract_evidence(features, read, self._calibration.evidence, position)
        signals = passage_signals(windows, evidence)
        ranked = self._ranked(hits[:PRESCORE_DEPTH], signals)
        return ReadResult(
            hits=(*ranked, *_below(ranked, hits[PRESCORE_DEPTH:])), evidence=tuple(evidence), signals=signals
        )

    def _read(self, sub_question: SubQuestion, windows: Sequence[Window]) -> list[ReadWindow]:
        shown = [(window.above, window.text) for window in windows]
        readings = self._model.read(sub_question.text, shown)
        return [
            ReadWindow(window, above, reading)
            for window, (above, _), reading in zip(windows, shown, readings, strict=True)
        ]

    def _ranked(self, hits: Sequence[Hit], signals: Mapping[str, Mapping[str, float]]) -> list[Hit]:
        """Return the hits that have signals, best first, with their new scores."""
        known = [hit for hit in hits if hit.passage.id in signals]
        weighed = [_weighed(hit, signals[hit.passage.id], self._calibration.passage) for hit in known]
        return sorted(weighed, key=lambda hit: -hit.score)


def passage_signals(windows: Sequence[Window], evidence: Sequence[Evidence]) -> dict[str, dict[str, float]]:
    """Return by its id what is known of each passage that has windows: the best of each signal of theirs.

    `answers` and `span` are those of the windows that were read, and low where none was.
    """
    signals: dict[str, dict[str, float]] = {}
    for window in windows:
        _raise(signals.setdefault(window.hit.passage.id, dict(_NOT_READ)), window.signals)
    for item in evidence:
        _raise(signals[item.hit.passage.id], item.signals)
    return signals


def _raise(best: dict[str, float], signals: Mapping[str, float]) -> None:
    for name, value in signals.items():
        best[name] = max(best.get(name, value), value)


def _weighed(hit: Hit, signals: Mapping[str, float], fitted: Logistic) -> Hit:
    """Return a hit with its probability as score; it was read if some of its windows were."""
    probability = fitted.probability(signals)
    was_read = signals["answers"] > _NOT_READ["answers"]
    return replace(hit, score=probability, scores=replace(hit.scores, reader=probability if was_read else None))


def _below(ranked: Sequence[Hit], hits: Sequence[Hit]) -> Iterator[Hit]:
    """Yield hits that were not prescored: in their order, after all that were."""
    lowest = ranked[-1].score if ranked else 1.0
    for hit in hits:
        yield replace(hit, score=lowest * hit.score)

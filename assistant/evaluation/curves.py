"""Curves of a run: risk and coverage, calibration, latency."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.evaluation.measures.calibration_error import BINS, bin_of
from assistant.evaluation.measures.risk_coverage import risk_coverage
from assistant.evaluation.scoring import QuestionScores, column

_LATENCY_BINS = 24
_MOST_POINTS = 200
"""Of a curve: more than a screen shows would only make the report larger."""


@dataclass(frozen=True, slots=True)
class RiskAtCoverage:
    """When the most confident answers are given until `coverage` of all questions are answered, `risk` of the
    given answers are wrong."""

    coverage: float
    risk: float
    confidence: float


@dataclass(frozen=True, slots=True)
class CalibrationBin:
    """The answers with a confidence in [low, high): how many, how confident, and what share of them is right."""

    low: float
    high: float
    n: int
    confidence: float
    right: float


@dataclass(frozen=True, slots=True)
class TimeBin:
    """Number of questions that took [low, high) milliseconds."""

    low: float
    high: float
    n: int


def risk_coverage_curve(scores: Sequence[QuestionScores]) -> list[RiskAtCoverage]:
    """Return the curve by growing coverage; empty when confidence or rightness is not known of any answer."""
    confidence, right = _confidence_and_right(scores)
    if not len(confidence):
        return []
    given, wrong = risk_coverage(np.ones((1, len(confidence))), confidence, right)
    levels = np.unique(confidence)[::-1]
    shown = np.unique(np.linspace(0, len(levels) - 1, _MOST_POINTS).round().astype(int))
    return [
        RiskAtCoverage(float(given[0, at]) / len(scores), float(wrong[0, at] / given[0, at]), float(levels[at]))
        for at in shown
    ]


def calibration_bins(scores: Sequence[QuestionScores]) -> list[CalibrationBin]:
    """Return the bins that hold an answer, by confidence."""
    confidence, right = _confidence_and_right(scores)
    bins = bin_of(confidence)
    return [
        CalibrationBin(
            low=number / BINS,
            high=(number + 1) / BINS,
            n=int((bins == number).sum()),
            confidence=float(confidence[bins == number].mean()),
            right=float(right[bins == number].mean()),
        )
        for number in range(BINS)
        if (bins == number).any()
    ]


def time_bins(scores: Sequence[QuestionScores]) -> list[TimeBin]:
    """Return bins of equal width up to the 99th percentile, and one for all that took longer; empty without times."""
    times = column("milliseconds", scores)
    times = times[~np.isnan(times)]
    if not len(times):
        return []
    edges = np.linspace(0, float(np.percentile(times, 99, method="higher")), _LATENCY_BINS + 1)
    counts = np.histogram(times, edges)[0]
    bins = [TimeBin(float(low), float(high), int(n)) for low, high, n in zip(edges, edges[1:], counts, strict=False)]
    slower = int((times > edges[-1]).sum())
    return [*bins, TimeBin(float(edges[-1]), float(times.max()), slower)] if slower else bins


def _confidence_and_right(scores: Sequence[QuestionScores]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return both of the questions of which both are known."""
    confidence, right = column("confidence", scores), column("right", scores)
    known = ~np.isnan(confidence) & ~np.isnan(right)
    return confidence[known], right[known]

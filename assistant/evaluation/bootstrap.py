"""Intervals and p-values of figures: resampling of the questions, seeded, so that the same run gives the same
intervals."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from assistant.evaluation.measures.measure import Column, Estimates, Weights, ratio

RESAMPLES = 2000
"""Enough that the ends of a 95 % interval rest on 50 resamples each (Efron & Tibshirani 1993 ask for 1,000)."""

FLIPS = 10_000
"""The smallest p-value that can come out is 1 / (FLIPS + 1)."""

_SEED = 20251123
_TAILS = (2.5, 97.5)
"""Percent."""

_CELLS_AT_ONCE = 4_000_000
"""Of a table of resamples (or flips) and questions: bounds memory, and has no bearing on any figure."""


def resampled(questions: int, estimate: Callable[[Weights], Estimates]) -> Estimates:
    """Return the figure of each of `RESAMPLES` resamples of the questions."""
    draws = _draws(questions)
    blocks = (draws[first:end].astype(np.float64) for first, end in _blocks(RESAMPLES, questions))
    return np.concatenate([estimate(weights) for weights in blocks])


@lru_cache(maxsize=2)
def _draws(questions: int) -> NDArray[np.uint8]:
    """Return how often each question is drawn in each resample (with replacement); rows sum to `questions`.

    No question is ever drawn 256 times: of a thousand or more, each is drawn once on average.
    """
    generator = np.random.default_rng(_SEED)
    chances = np.full(questions, 1 / questions)
    draws = np.empty((RESAMPLES, questions), dtype=np.uint8)
    for first, end in _blocks(RESAMPLES, questions):
        draws[first:end] = generator.multinomial(questions, chances, size=end - first)
    return draws


def _blocks(rows: int, questions: int) -> Iterator[tuple[int, int]]:
    """Yield [first, end) of as many rows as are held at a time."""
    at_once = max(1, _CELLS_AT_ONCE // questions)
    for first in range(0, rows, at_once):
        yield first, min(rows, first + at_once)


def point(estimate: Callable[[Weights], Estimates], questions: int) -> float:
    """Return the figure itself, every question counting once. NaN when it is undefined."""
    return float(estimate(np.ones((1, questions)))[0])


def interval(estimates: Estimates, value: float) -> tuple[float, float]:
    """Return the 95 % percentile interval of `value` from its resamples; those that are undefined do not count.

    It always holds the value: a biased figure, such as a calibration error, can lie beside its resamples.
    """
    low, high = np.nanpercentile(estimates, _TAILS)
    return float(min(low, value)), float(max(high, value))


def mean(weights: Weights, column: Column) -> Estimates:
    """Return the weighted mean; NaN where a resample holds none of the questions."""
    return ratio(weights @ column, weights.sum(axis=1))


def bootstrap_p_value(differences: Estimates) -> float:
    """Return the two-sided p-value of "no difference": how rarely resampled differences cross zero."""
    known = differences[~np.isnan(differences)]
    tail = min((known <= 0).sum(), (known >= 0).sum())
    return min(1.0, 2 * float(tail + 1) / (len(known) + 1))


def sign_flip_p_value(differences: Column) -> float:
    """Return the two-sided p-value of a paired randomisation test of the mean (Smucker et al. 2007).

    Were the two systems alike, each question's difference could as well have the other sign: how often is the
    mean of randomly flipped differences at least as far from zero as the real one?
    """
    changed = differences[differences != 0]
    if not len(changed):
        return 1.0
    # Sums that are equal but for rounding must count as equal.
    real = abs(changed.sum()) * (1 - 1e-12)
    generator = np.random.default_rng(_SEED)
    as_far = 0
    for first, end in _blocks(FLIPS, len(changed)):
        signs = generator.integers(0, 2, size=(end - first, len(changed))) * 2 - 1
        as_far += int((np.abs(signs @ changed) >= real).sum())
    return (as_far + 1) / (FLIPS + 1)

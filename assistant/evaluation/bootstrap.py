"""How sure a figure is: resampling of the questions, seeded, so that the same run gives the same intervals."""

from __future__ import annotations

from collections.abc import Callable
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

_FLIPS_AT_ONCE = 500
"""Bounds memory: signs for so many times all questions are held at a time."""


@lru_cache(maxsize=4)
def resampling_weights(questions: int) -> Weights:
    """How often each question is drawn in each resample (with replacement); rows sum to `questions`."""
    generator = np.random.default_rng(_SEED)
    counts = generator.multinomial(questions, np.full(questions, 1 / questions), size=RESAMPLES)
    return counts.astype(np.float64)


def point(estimate: Callable[[Weights], Estimates], questions: int) -> float:
    """The figure itself: every question counts once. NaN when it is undefined."""
    return float(estimate(np.ones((1, questions)))[0])


def interval(estimates: Estimates, value: float) -> tuple[float, float]:
    """The 95 % percentile interval of `value` from its resamples; those that are undefined do not count.

    It always holds the value: a biased figure, such as a calibration error, can lie beside its resamples.
    """
    low, high = np.nanpercentile(estimates, _TAILS)
    return float(min(low, value)), float(max(high, value))


def mean(weights: Weights, column: Column) -> Estimates:
    """The weighted mean; NaN where a resample holds none of the questions."""
    return ratio(weights @ column, weights.sum(axis=1))


def bootstrap_p_value(differences: Estimates) -> float:
    """Two-sided p-value of "no difference": how rarely resampled differences lie on the other side of zero."""
    known = differences[~np.isnan(differences)]
    tail = min((known <= 0).sum(), (known >= 0).sum())
    return min(1.0, 2 * float(tail + 1) / (len(known) + 1))


def sign_flip_p_value(differences: Column) -> float:
    """Two-sided p-value of a paired randomisation test of the mean (Smucker et al. 2007).

    Were the two systems alike, each question's difference could as well have the other sign: how often is the
    mean of randomly flipped differences at least as far from zero as the real one?
    """
    changed = differences[differences != 0]
    if not len(changed):
        return 1.0
    # Sums that are equal but for rounding must count as equal.
    real = abs(changed.sum()) * (1 - 1e-12)
    generator = np.random.default_rng(_SEED)
    as_far = sum(
        int((np.abs(_signs(generator, len(changed)) @ changed) >= real).sum()) for _ in range(FLIPS // _FLIPS_AT_ONCE)
    )
    return (as_far + 1) / (FLIPS + 1)


def _signs(generator: np.random.Generator, questions: int) -> NDArray[np.int64]:
    return generator.integers(0, 2, size=(_FLIPS_AT_ONCE, questions)) * 2 - 1

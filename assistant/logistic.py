"""Logistic regression, the form of all fitted probabilities here."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Logistic:
    """A logistic regression: probability = logistic(intercept + sum of weight * signal)."""

    weights: Mapping[str, float]
    intercept: float

    def probability(self, signals: Mapping[str, float]) -> float:
        """Return the probability in (0, 1). Every signal that has a weight must be there; others do not count."""
        total = self.intercept + sum(weight * signals[name] for name, weight in self.weights.items())
        return 1.0 / (1.0 + math.exp(-max(-_LARGE, min(_LARGE, total))))


_LARGE = 50.0
"""Beyond it a probability is 0 or 1 in floats anyway, and `exp` would overflow."""


def log_odds(probability: float) -> float:
    """Return the log-odds of a probability in (0, 1), bounded as `Logistic` bounds them."""
    if not 0.0 < probability < 1.0:
        return math.copysign(_LARGE, probability - 0.5)
    return math.log(probability / (1.0 - probability))

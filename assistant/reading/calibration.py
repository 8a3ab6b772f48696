"""Fitted numbers: how what is known of passages, sentences and answers adds up to probabilities.

All are logistic regressions, fitted by `benchmarks/fit_calibration.py` and stored in `calibration.json` with their
measured errors. Nothing here is set by hand.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

OperatingPoint = Literal["eager", "balanced", "cautious"]
"""Operating points: how sure the assistant must be before it answers."""


@dataclass(frozen=True, slots=True)
class Logistic:
    """probability = logistic(intercept + sum of weight * signal)."""

    weights: Mapping[str, float]
    intercept: float

    def probability(self, signals: Mapping[str, float]) -> float:
        """Every signal that has a weight must be there; others do not count."""
        total = self.intercept + sum(weight * signals[name] for name, weight in self.weights.items())
        return 1.0 / (1.0 + math.exp(-max(-_LARGE, min(_LARGE, total))))


_LARGE = 50.0
"""Beyond it a probability is 0 or 1 in floats anyway, and `exp` would overflow."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """`found_passage`, `read_passage`: that a passage answers, before and after reading it. `sentence`: that a sentence
    does. `answer`: that the best evidence of a part is right; it is answered from `thresholds[caution]` on."""

    found_passage: Logistic
    read_passage: Logistic
    sentence: Logistic
    answer: Logistic
    thresholds: Mapping[str, float]


@cache
def shipped_calibration() -> Calibration:
    """What was fitted and measured for this release."""
    stored = json.loads(files("assistant.reading").joinpath("calibration.json").read_text(encoding="utf-8"))
    fitted = {name: Logistic(**stored[name]) for name in ("found_passage", "read_passage", "sentence", "answer")}
    return Calibration(**fitted, thresholds=stored["thresholds"])

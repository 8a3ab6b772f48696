"""Calibration: fitted numbers by which signals of passages, sentences and answers add up to probabilities.

All are logistic regressions, fitted by `benchmarks/fit_calibration.py` and stored in `calibration.json` with their
measured errors and the fingerprint of what they were fitted for. Nothing here is set by hand.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

from assistant.logistic import Logistic

OperatingPoint = Literal["eager", "balanced", "cautious"]
"""Operating points: how sure the assistant must be before it answers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CalibrationFingerprint:
    """All that the fitted numbers depend on: the models, by hash of their weights, and how passages come to them."""

    encoder: str
    reader: str
    passage_tokens: int
    candidates: int
    dense_weight: float
    prescore_depth: int
    windows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """Fitted numbers of each stage.

    `window`, `evidence`: that a unit answers, before and after it was read. `passage`: that a passage does.
    `answerability`: that the best evidence of a sub-question is right; it is answered from
    `thresholds[operating_point]` on. `fitted_for` is None when that is not known.
    """

    window: Logistic
    evidence: Logistic
    passage: Logistic
    answerability: Logistic
    thresholds: Mapping[str, float]
    fitted_for: CalibrationFingerprint | None = None

    def mismatches(self, running: CalibrationFingerprint) -> tuple[str, ...]:
        """Return a phrase for each difference of `running` from what this was fitted for; none when calibrated."""
        if self.fitted_for is None:
            return ("nothing says what it was fitted for",)
        return tuple(_differences(asdict(self.fitted_for), asdict(running)))


@cache
def shipped_calibration() -> Calibration:
    """Return the calibration of this release."""
    stored = json.loads(files("assistant.reading").joinpath("calibration.json").read_text(encoding="utf-8"))
    fitted = {name: Logistic(**stored[name]) for name in ("window", "evidence", "passage", "answerability")}
    fitted_for = CalibrationFingerprint(**stored["fitted_for"])
    return Calibration(**fitted, thresholds=stored["thresholds"], fitted_for=fitted_for)


def _differences(fitted: Mapping[str, object], running: Mapping[str, object]) -> Iterator[str]:
    for name, value in running.items():
        if value != fitted[name]:
            yield f"{name.replace('_', ' ')} is {value}, not {fitted[name]}"

"""`metrics.json`: all figures of a run, overall and by slice, and what else is to be known of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from assistant.evaluation.case import Case
from assistant.evaluation.curves import calibration_bins, risk_coverage_curve, time_bins
from assistant.evaluation.scoring import Figure, QuestionScores, figures
from assistant.evaluation.slices import slices

FORMAT = 1
"""Grows when a reader of older files would misunderstand newer ones."""


def metrics(
    cases: Sequence[Case],
    scores: Sequence[QuestionScores],
    about: Mapping[str, Any],
    wanted_slices: Collection[str] = (),
) -> dict[str, Any]:
    """The JSON value; `about` is what the caller knows of the run. A measure without a value has a `reason`."""
    return {
        "format": FORMAT,
        **about,
        "questions": len(cases),
        "statuses": dict(Counter(case.prediction.status.value for case in cases)),
        "measures": {name: as_json(figure) for name, figure in figures(scores).items()},
        "slices": {
            field: {value: _slice(scores, positions) for value, positions in parts.items()}
            for field, parts in slices(cases, wanted_slices).items()
        },
        "curves": {
            "risk_coverage": [asdict(point) for point in risk_coverage_curve(scores)],
            "calibration": [asdict(part) for part in calibration_bins(scores)],
            "milliseconds": [asdict(part) for part in time_bins(scores)],
        },
    }


def as_json(figure: Figure) -> dict[str, Any]:
    """Either a value with its interval, or the reason why there is none."""
    if figure.value is None:
        return {"value": None, "n": figure.n, "reason": figure.reason}
    return {"value": figure.value, "low": figure.low, "high": figure.high, "n": figure.n}


def _slice(scores: Sequence[QuestionScores], positions: Sequence[int]) -> dict[str, Any]:
    """The figures of some questions; what is undefined is left out, the overall figures say why."""
    part = [scores[position] for position in positions]
    known = {name: as_json(figure) for name, figure in figures(part).items() if figure.value is not None}
    return {"n": len(part), "measures": known}

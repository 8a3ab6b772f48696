"""Time of an answer, inside the assistant."""

from __future__ import annotations

import numpy as np

from assistant.evaluation.measures.measure import Better, Column, Estimates, Group, SetMeasure, Unit, Weights


def percentile(weights: Weights, values: Column, share: float) -> Estimates:
    """Return the smallest value that at least this share of the questions does not exceed (nearest rank)."""
    order = np.argsort(values, kind="stable")
    reached = np.cumsum(weights[:, order], axis=1)
    # The tolerance keeps 0.95 * 20, which is a little more than 19 in binary, from asking for a 20th.
    ranks = np.argmax(reached >= share * reached[:, -1:] - 1e-9, axis=1)
    reached_values: Estimates = values[order][ranks]
    return reached_values


def _latency(percent: int) -> SetMeasure:
    def estimate(weights: Weights, milliseconds: Column) -> Estimates:
        return percentile(weights, milliseconds, percent / 100)

    return SetMeasure(
        name=f"latency.p{percent}",
        group=Group.COST,
        description=f"Time of an answer that {percent} % of the questions do not exceed.",
        source="nearest-rank percentile",
        facts=("milliseconds",),
        estimate=estimate,
        undefined="no times are given",
        better=Better.LOWER,
        unit=Unit.MILLISECONDS,
    )


LATENCY = tuple(_latency(percent) for percent in (50, 95, 99))

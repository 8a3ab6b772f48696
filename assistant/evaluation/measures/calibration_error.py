"""Whether answers are right as often as their confidence says."""

from __future__ import annotations

import numpy as np

from assistant.evaluation.measures.measure import Better, Column, Estimates, Group, SetMeasure, Weights, ratio

BINS = 10
"""Of equal width, as is usual; more would leave few questions in each."""


def bin_of(confidence: Column) -> Column:
    """Return the bin of each confidence: 0 holds [0, 0.1), the last one [0.9, 1]."""
    return np.minimum(np.floor(confidence * BINS), BINS - 1)


def calibration_error(weights: Weights, confidence: Column, right: Column) -> Estimates:
    """Return the distance of confidence and share of right answers in each bin, averaged by the bins' sizes."""
    in_bin = (bin_of(confidence)[:, None] == np.arange(BINS)).astype(np.float64)
    distance = np.abs((weights * (right - confidence)) @ in_bin).sum(axis=1)
    return ratio(distance, weights.sum(axis=1))


CALIBRATION_ERROR = SetMeasure(
    name="abstention.ece",
    group=Group.ABSTENTION,
    description="How far confidence and share of right answers are apart, over ten bins of answers.",
    source="Naeini et al. 2015; Guo et al. 2017",
    facts=("confidence", "right"),
    estimate=calibration_error,
    undefined="needs answers with confidences, and gold data that tells right from wrong",
    better=Better.LOWER,
)

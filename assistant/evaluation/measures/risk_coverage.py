"""Risk and coverage: the wrong answers left when only the most confident ones are given."""

from __future__ import annotations

import numpy as np

from assistant.evaluation.measures.measure import Better, Column, Estimates, Group, SetMeasure, Weights, ratio


def risk_coverage(weights: Weights, confidence: Column, right: Column) -> tuple[Estimates, Estimates]:
    """Return the weight of the answers given and of the wrong ones among them, at each confidence, highest first.

    Both have shape (resamples, distinct confidences): answers of equal confidence are given together.
    """
    order = np.argsort(-confidence, kind="stable")
    levels = np.flatnonzero(np.diff(confidence[order], prepend=np.nan) != 0)
    given = np.add.reduceat(weights[:, order], levels, axis=1)
    wrong = np.add.reduceat((weights * (1 - right))[:, order], levels, axis=1)
    return np.cumsum(given, axis=1), np.cumsum(wrong, axis=1)


def area_under_risk_coverage(weights: Weights, confidence: Column, right: Column) -> Estimates:
    """Return the mean over the answers of the share of wrong ones among those at least as confident."""
    given, wrong = risk_coverage(weights, confidence, right)
    newly_given = np.diff(given, axis=1, prepend=0)
    risk = np.nan_to_num(ratio(wrong, given))
    return ratio((newly_given * risk).sum(axis=1), given[:, -1])


AURC = SetMeasure(
    name="abstention.aurc",
    group=Group.ABSTENTION,
    description="Area under the risk-coverage curve: mean share of wrong answers, most confident ones first.",
    source="Geifman & El-Yaniv 2017",
    facts=("confidence", "right"),
    estimate=area_under_risk_coverage,
    undefined="needs answers with confidences, and gold data that tells right from wrong",
    better=Better.LOWER,
)

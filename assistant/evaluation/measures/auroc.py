"""Whether confidence is higher where there is an answer."""

from __future__ import annotations

import numpy as np

from assistant.evaluation.measures.measure import Column, Estimates, Group, SetMeasure, Weights, ratio


def auroc(weights: Weights, confidence: Column, answerable: Column) -> Estimates:
    """Return the area by counting pairs (Mann-Whitney): an equal confidence is half a win."""
    order = np.argsort(confidence, kind="stable")
    levels = np.flatnonzero(np.diff(confidence[order], prepend=np.nan) != 0)
    can = np.add.reduceat((weights * answerable)[:, order], levels, axis=1)
    cannot = np.add.reduceat((weights * (1 - answerable))[:, order], levels, axis=1)
    below = np.cumsum(cannot, axis=1) - cannot
    wins = (can * (below + cannot / 2)).sum(axis=1)
    return ratio(wins, can.sum(axis=1) * cannot.sum(axis=1))


AUROC = SetMeasure(
    name="abstention.auroc",
    group=Group.ABSTENTION,
    description="Chance that an answerable question has a higher confidence than an unanswerable one.",
    source="Hanley & McNeil 1982",
    facts=("confidence", "answerable"),
    estimate=auroc,
    undefined="needs confidences, and both answerable and unanswerable questions",
)

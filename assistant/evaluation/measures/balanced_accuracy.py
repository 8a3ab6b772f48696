"""Balanced accuracy of answering and refusing: both kinds of question count the same."""

from __future__ import annotations

from assistant.evaluation.measures.measure import Column, Estimates, Group, SetMeasure, Weights, ratio


def balanced_accuracy(weights: Weights, answerable: Column, answered: Column, refused: Column) -> Estimates:
    """Return the mean of the share answered of the answerable and the share refused of the unanswerable."""
    can, cannot = weights * answerable, weights * (1 - answerable)
    return (ratio(can @ answered, can.sum(axis=1)) + ratio(cannot @ refused, cannot.sum(axis=1))) / 2


BALANCED_ACCURACY = SetMeasure(
    name="abstention.balanced_accuracy",
    group=Group.ABSTENTION,
    description="Mean of the share answered of the answerable and the share refused of the unanswerable.",
    source="Brodersen et al. 2010",
    facts=("answerable", "answered", "refused"),
    estimate=balanced_accuracy,
    undefined="needs both answerable and unanswerable questions",
)

"""Balanced accuracy by confidence alone, with a threshold that was fitted on other questions."""

from __future__ import annotations

import numpy as np

from assistant.evaluation.measures.balanced_accuracy import balanced_accuracy
from assistant.evaluation.measures.measure import Column, Estimates, Group, SetMeasure, Weights


def best_threshold(confidence: Column, answerable: Column) -> float:
    """Return the confidence from which on answering gives the best balanced accuracy on these questions.

    NaN unless there are both kinds. Halfway to the next lower confidence, so that it depends on no question.
    """
    positives, negatives = answerable.sum(), (1 - answerable).sum()
    if not positives or not negatives:
        return float("nan")
    order = np.argsort(confidence, kind="stable")
    candidates, below = np.unique(confidence[order], return_index=True)
    # Of the questions less confident than each candidate: how many could have been answered, and how many not.
    can_below = np.concatenate(([0.0], np.cumsum(answerable[order])))[below]
    right = (positives - can_below) / positives + (below - can_below) / negatives
    best = int(np.argmax(right))
    return float(candidates[max(best - 1, 0) : best + 1].mean())


def fitted_balanced_accuracy(weights: Weights, confidence: Column, answerable: Column, half: Column) -> Estimates:
    """Return the accuracy on the questions of half 1, at the threshold fitted on those of half 0."""
    threshold = best_threshold(confidence[half == 0], answerable[half == 0])
    if np.isnan(threshold):
        return np.full(len(weights), np.nan)
    answered = (confidence >= threshold).astype(np.float64)
    return balanced_accuracy(weights * (half == 1), answerable, answered, 1 - answered)


FITTED_BALANCED_ACCURACY = SetMeasure(
    name="abstention.fitted_balanced_accuracy",
    group=Group.ABSTENTION,
    description="Balanced accuracy on one half of the questions at the confidence that was best on the other.",
    source="Brodersen et al. 2010; halves by question id",
    facts=("confidence", "answerable", "half"),
    estimate=fitted_balanced_accuracy,
    undefined="needs confidences, and answerable and unanswerable questions in both halves",
)

"""Types of measures. Each measure has its own file beside this one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from assistant.evaluation.case import Case

Weights = NDArray[np.float64]
"""Shape (resamples, questions): how often each question counts in each resample."""

Column = NDArray[np.float64]
"""Shape (questions,): a fact about each question."""

Estimates = NDArray[np.float64]
"""Shape (resamples,): NaN where a resample leaves the measure undefined."""


class Group(StrEnum):
    """The part of the work that a measure looks at, as headings."""

    RETRIEVAL = "Retrieval"
    ANSWERS = "Answers"
    NUGGETS = "Nuggets"
    CITATIONS = "Citations"
    ABSTENTION = "Abstention"
    ATTRIBUTION = "Attribution"
    CONFLICT = "Conflict"
    FOLLOW_UPS = "Follow-ups"
    COST = "Cost"


class Better(StrEnum):
    """Direction in which a measure is better; `NEITHER` is shown beside others and never compared."""

    HIGHER = "higher"
    LOWER = "lower"
    NEITHER = "neither"


class Unit(StrEnum):
    """Unit of a measure. A share lies in [0, 1], a gain in [-1, 1]."""

    SHARE = "share"
    GAIN = "gain"
    WORDS = "words"
    MILLISECONDS = "ms"


@dataclass(frozen=True, slots=True)
class Undefined:
    """Why there is no value: never 0 in silence."""

    reason: str


Score = float | Undefined


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionMeasure:
    """A measure that each question has a value of; its figure is the mean over those that have one.

    `description` is one line; `source` is the paper or text that defines it.
    """

    name: str
    group: Group
    description: str
    source: str
    score: Callable[[Case], Score]
    better: Better = Better.HIGHER
    unit: Unit = Unit.SHARE


@dataclass(frozen=True, slots=True, kw_only=True)
class SetMeasure:
    """A measure that only a set of questions has.

    `estimate` gets the weights and one column for each name in `facts` (see `assistant.evaluation.facts`), of
    the questions that have them all. `undefined` says what is lacking when the result is not a number.
    """

    name: str
    group: Group
    description: str
    source: str
    facts: tuple[str, ...]
    estimate: Callable[..., Estimates]
    undefined: str
    better: Better = Better.HIGHER
    unit: Unit = Unit.SHARE


Measure = QuestionMeasure | SetMeasure


def ratio(numerator: NDArray[np.float64], denominator: NDArray[np.float64]) -> Estimates:
    """Divide element by element; NaN, not an error, where there is nothing to divide by."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(denominator > 0, numerator / denominator, np.nan)

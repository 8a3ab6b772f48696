"""From gold questions and predictions to the values of every question, and from these to figures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from assistant.evaluation.bootstrap import interval, mean, point, resampled
from assistant.evaluation.case import Case
from assistant.evaluation.documents import FindArticle
from assistant.evaluation.facts import FACTS
from assistant.evaluation.gold import GoldQuestion
from assistant.evaluation.measures import MEASURES
from assistant.evaluation.measures.measure import (
    Column,
    Estimates,
    Measure,
    QuestionMeasure,
    Score,
    Undefined,
    Weights,
)
from assistant.evaluation.measures.nuggets import is_told
from assistant.evaluation.predictions import Prediction, missing
from assistant.groundedness.judge import ClaimJudge

_FEWEST_FOR_INTERVAL = 2
"""Questions: one alone says nothing about how much another would differ."""


@dataclass(frozen=True, slots=True)
class QuestionScores:
    """Scores of one question: the value of each measure and fact, by name, or why it has none.

    `told` is whether the answer tells each of the question's nuggets, in their order.
    """

    id: str
    values: Mapping[str, float]
    undefined: Mapping[str, str]
    told: Sequence[bool] = ()


@dataclass(frozen=True, slots=True)
class Figure:
    """One measure over a set of questions. `value` is None when undefined, and `reason` says why.

    `low` and `high` bound the 95 % interval; None for fewer than two questions. `n` is how many questions
    have a value.
    """

    value: float | None
    n: int
    low: float | None = None
    high: float | None = None
    reason: str | None = None


def make_cases(
    questions: Iterable[GoldQuestion],
    predictions: Mapping[str, Prediction],
    find_article: FindArticle | None = None,
    judge: ClaimJudge | None = None,
) -> list[Case]:
    """Pair every gold question with its prediction; one that has none counts as failed, so that it never vanishes."""
    gives_short = any(prediction.short for prediction in predictions.values())
    return [
        Case(question, predictions.get(question.id) or missing(question.id), find_article, gives_short, judge)
        for question in questions
    ]


def score_case(case: Case) -> QuestionScores:
    """Score all measures and facts of one question."""
    scores = {name: fact(case) for name, fact in FACTS.items()}
    for measure in MEASURES:
        if isinstance(measure, QuestionMeasure):
            scores[measure.name] = measure.score(case)
    return QuestionScores(case.gold.id, *_apart(scores), told=[is_told(nugget, case) for nugget in case.gold.nuggets])


def figures(scores: Sequence[QuestionScores]) -> dict[str, Figure]:
    """Return every measure over these questions, by name."""
    return {measure.name: figure(measure, scores) for measure in MEASURES}


def figure(measure: Measure, scores: Sequence[QuestionScores]) -> Figure:
    """Return one measure over these questions, with its interval."""
    columns = np.vstack([column(name, scores) for name in columns_of(measure)])
    defined = ~np.isnan(columns).any(axis=0)
    n = int(defined.sum())
    estimate = partial(estimate_of, measure, columns[:, defined])
    value = point(estimate, n) if n else np.nan
    if np.isnan(value):
        return Figure(None, n, reason=_reason(measure, scores))
    if n < _FEWEST_FOR_INTERVAL:
        return Figure(value, n)
    estimates = resampled(len(scores), lambda weights: estimate(weights[:, defined]))
    return Figure(value, n, *interval(estimates, value))


def estimate_of(measure: Measure, columns: NDArray[np.float64], weights: Weights) -> Estimates:
    """Estimate the measure at these weights; `columns` are those that `columns_of` names, without NaN."""
    if isinstance(measure, QuestionMeasure):
        return mean(weights, columns[0])
    return measure.estimate(weights, *columns)


def columns_of(measure: Measure) -> tuple[str, ...]:
    """Return the names of the values that a measure is made of."""
    return (measure.name,) if isinstance(measure, QuestionMeasure) else measure.facts


def column(name: str, scores: Sequence[QuestionScores]) -> Column:
    """Return the value of each question, NaN where it has none."""
    return np.array([one.values.get(name, np.nan) for one in scores], dtype=np.float64)


def _apart(scores: Mapping[str, Score]) -> tuple[dict[str, float], dict[str, str]]:
    values = {name: score for name, score in scores.items() if not isinstance(score, Undefined)}
    reasons = {name: score.reason for name, score in scores.items() if isinstance(score, Undefined)}
    return values, reasons


def _reason(measure: Measure, scores: Sequence[QuestionScores]) -> str:
    """Why there is no figure: what a set measure needs, or what is most often lacking."""
    if not isinstance(measure, QuestionMeasure):
        return measure.undefined
    reasons = Counter(one.undefined[measure.name] for one in scores if measure.name in one.undefined)
    return reasons.most_common(1)[0][0] if reasons else "there are no questions"

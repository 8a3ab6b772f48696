"""Two runs over the same questions, question by question: what differs, and how sure that is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial

import numpy as np
from numpy.typing import NDArray

from assistant.evaluation.bootstrap import (
    bootstrap_p_value,
    interval,
    point,
    resampled,
    sign_flip_p_value,
)
from assistant.evaluation.errors import RunMismatch
from assistant.evaluation.measures import MEASURES
from assistant.evaluation.measures.measure import Better, Estimates, Group, Measure, QuestionMeasure, Weights
from assistant.evaluation.run_folder import FinishedRun
from assistant.evaluation.scoring import QuestionScores, column, columns_of, estimate_of

_SIGNIFICANT = 0.05
_FEWEST = 2
"""Questions; one alone says nothing about chance."""

_NAMED = 5
"""Questions named when two runs do not match."""


class ComparisonVerdict(StrEnum):
    """What can be said of a measure: `SAME` is no difference at all, `UNCLEAR` one that may be chance."""

    BETTER = "better"
    WORSE = "worse"
    UNCLEAR = "unclear"
    SAME = "same"
    NOT_JUDGED = "not judged"


@dataclass(frozen=True, slots=True)
class Comparison:
    """One measure in two runs, over the `n` questions that have it in both.

    `difference` is new minus old, [low, high] its 95 % interval. `p_bootstrap` is from the resampled questions,
    `p_flip` from the randomisation test (means only). `p` is the one the verdict rests on, corrected for how
    many measures are compared (Holm 1979).
    """

    measure: Measure
    n: int
    old: float
    new: float
    difference: float
    low: float
    high: float
    p_bootstrap: float
    p_flip: float | None
    p: float
    verdict: ComparisonVerdict = ComparisonVerdict.NOT_JUDGED


def compare_runs(old: FinishedRun, new: FinishedRun) -> list[Comparison]:
    """Every measure that both runs have. Raises `RunMismatch` when they asked different questions."""
    check_same_questions(old, new)
    scores = {one.id: one for one in new.scores}
    paired = [scores[one.id] for one in old.scores]
    compared = [compare_measure(measure, old.scores, paired) for measure in MEASURES]
    return with_verdicts([one for one in compared if one is not None])


def compare_measure(
    measure: Measure, old: Sequence[QuestionScores], new: Sequence[QuestionScores]
) -> Comparison | None:
    """None when fewer than two questions have it in both runs. `old` and `new` are in the same order."""
    before, after = _columns(measure, old), _columns(measure, new)
    in_both = ~np.isnan(before).any(axis=0) & ~np.isnan(after).any(axis=0)
    p_flip = None
    if isinstance(measure, QuestionMeasure):
        # A mean over the answered questions must not change because other ones were answered.
        before, after = before[:, in_both], after[:, in_both]
        p_flip = sign_flip_p_value((after - before)[0])
    difference = _difference(measure, before, after, np.ones((1, before.shape[1])))[0]
    if in_both.sum() < _FEWEST or np.isnan(difference):
        return None
    differences = resampled(before.shape[1], partial(_difference, measure, before, after))
    low, high = interval(differences, difference)
    p_bootstrap = bootstrap_p_value(differences)
    return Comparison(
        measure=measure,
        n=int(in_both.sum()),
        old=point(partial(_estimate, measure, before), before.shape[1]),
        new=point(partial(_estimate, measure, after), after.shape[1]),
        difference=float(difference),
        low=low,
        high=high,
        p_bootstrap=p_bootstrap,
        p_flip=p_flip,
        p=p_bootstrap if p_flip is None else p_flip,
    )


def with_verdicts(compared: Sequence[Comparison]) -> list[Comparison]:
    """The same with corrected p-values and verdicts. Costs get none: they depend on the machine's day.

    Measures that no question differs in are not counted in the correction, since they can give no false alarm.
    """
    tested = [one for one in compared if _has_verdict(one.measure) and not _is_same(one)]
    corrected = dict(zip((one.measure.name for one in tested), holm([one.p for one in tested]), strict=True))
    return [_with_verdict(one, corrected.get(one.measure.name)) for one in compared]


def holm(p_values: Sequence[float]) -> list[float]:
    """Corrected so that the chance of any false alarm among them stays what each alone would have (Holm 1979)."""
    order = sorted(range(len(p_values)), key=lambda at: p_values[at])
    corrected = [0.0] * len(p_values)
    highest = 0.0
    for rank, at in enumerate(order):
        highest = max(highest, min(1.0, p_values[at] * (len(p_values) - rank)))
        corrected[at] = highest
    return corrected


def check_same_questions(old: FinishedRun, new: FinishedRun) -> None:
    """Raise `RunMismatch` that names what differs."""
    before = {question.id: question for question in old.questions}
    after = {question.id: question for question in new.questions}
    differences = {
        f"only in {old.name}": before.keys() - after.keys(),
        f"only in {new.name}": after.keys() - before.keys(),
        "with other gold": {id_ for id_ in before.keys() & after.keys() if before[id_] != after[id_]},
    }
    told = [f"{len(ids)} {where} ({_some(sorted(ids))})" for where, ids in differences.items() if ids]
    if told:
        raise RunMismatch(f"The runs asked different questions and cannot be compared: {'; '.join(told)}.")


def _columns(measure: Measure, scores: Sequence[QuestionScores]) -> NDArray[np.float64]:
    return np.vstack([column(name, scores) for name in columns_of(measure)])


def _estimate(measure: Measure, columns: NDArray[np.float64], weights: Weights) -> Estimates:
    """Over the questions that have all columns; NaN when there are none."""
    defined = ~np.isnan(columns).any(axis=0)
    if not defined.any():
        return np.full(len(weights), np.nan)
    return estimate_of(measure, columns[:, defined], weights[:, defined])


def _difference(
    measure: Measure, before: NDArray[np.float64], after: NDArray[np.float64], weights: Weights
) -> Estimates:
    """New minus old at each of these weights of the questions."""
    return _estimate(measure, after, weights) - _estimate(measure, before, weights)


def _has_verdict(measure: Measure) -> bool:
    return measure.better is not Better.NEITHER and measure.group is not Group.COST


def _is_same(one: Comparison) -> bool:
    return one.difference == one.low == one.high == 0


def _with_verdict(one: Comparison, p: float | None) -> Comparison:
    """`p` is the corrected one, None for a measure that was not tested."""
    if p is not None:
        return replace(one, p=p, verdict=_verdict(one, p))
    return replace(one, verdict=ComparisonVerdict.SAME) if _has_verdict(one.measure) else one


def _verdict(one: Comparison, p: float) -> ComparisonVerdict:
    if p >= _SIGNIFICANT or one.low <= 0 <= one.high:
        return ComparisonVerdict.UNCLEAR
    rises_are_good = one.measure.better is Better.HIGHER
    return ComparisonVerdict.BETTER if (one.difference > 0) == rises_are_good else ComparisonVerdict.WORSE


def _some(ids: Sequence[str]) -> str:
    more = ", ..." if len(ids) > _NAMED else ""
    return ", ".join(ids[:_NAMED]) + more

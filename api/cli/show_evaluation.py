"""Figures as a person reads them in a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from api.cli.terminal import one_line
from assistant.evaluation.compare import Comparison, ComparisonVerdict
from assistant.evaluation.measures import MEASURES
from assistant.evaluation.measures.measure import Better, Measure, QuestionMeasure, Unit
from assistant.evaluation.run_folder import FinishedRun
from assistant.plurals import counted

_NAME_WIDTH = max(len(measure.name) for measure in MEASURES)
_QUESTIONS_SHOWN = 5
"""Of the ones that changed most; the report has all."""

_DIGITS = {Unit.SHARE: 3, Unit.GAIN: 3, Unit.WORDS: 1, Unit.MILLISECONDS: 1}


def measure_lines() -> Iterator[str]:
    """Return every measure with its description and source, by group."""
    group = None
    for measure in MEASURES:
        if measure.group is not group:
            group = measure.group
            yield f"{group.value}:"
        yield f"  {measure.name:<{_NAME_WIDTH}}  {measure.description} ({measure.source})"


def evaluation_lines(metrics: Mapping[str, Any]) -> Iterator[str]:
    """Return a table of all measures that have a value, and how many have none."""
    yield f"{counted(metrics['questions'], 'question')}: " + ", ".join(
        f"{count} {status.replace('_', ' ')}" for status, count in metrics["statuses"].items()
    )
    yield f"{'':<{_NAME_WIDTH}}  {'value':>9}  {'95 % interval':^19}  {'n':>5}"
    known = [measure for measure in MEASURES if metrics["measures"][measure.name]["value"] is not None]
    for measure in known:
        yield _figure_line(measure, metrics["measures"][measure.name])
    if judge := metrics.get("judge"):
        yield (
            f"grounded.*: of what this judge calls supported, {judge['wrong_among_supported']:.0%} is wrong on "
            f"{judge['claims']:,} claims written to mislead; it calls {judge['kept']:.0%} of the right ones so."
        )
    if len(known) < len(MEASURES):
        yield f"{len(MEASURES) - len(known)} more measures have no value for these questions; the report says why."


def comparison_lines(old: FinishedRun, new: FinishedRun, comparisons: Sequence[Comparison]) -> Iterator[str]:
    """Return a table of differences, and the questions that changed most where measures became better or worse."""
    yield f"{counted(len(old.questions), 'question')}; old: {one_line(old.name)}, new: {one_line(new.name)}"
    yield (
        f"{'':<{_NAME_WIDTH}}  {'old':>9}  {'new':>9}  {'difference':>10}  {'95 % interval':^22}  {'p':>6}  "
        f"{'n':>5}  verdict"
    )
    for one in comparisons:
        yield _comparison_line(one)
    for one in comparisons:
        if one.verdict in (ComparisonVerdict.BETTER, ComparisonVerdict.WORSE) and isinstance(
            one.measure, QuestionMeasure
        ):
            yield from _changed_questions(one.measure, old, new)


def comparison_body(old: FinishedRun, new: FinishedRun, comparisons: Sequence[Comparison]) -> dict[str, object]:
    """Return a comparison's JSON value, for programs."""
    return {
        "old": old.name,
        "new": new.name,
        "comparisons": [
            {**asdict(one), "measure": one.measure.name, "verdict": one.verdict.value} for one in comparisons
        ],
    }


def _figure_line(measure: Measure, figure: Mapping[str, Any]) -> str:
    low, high = _number(figure["low"], measure), _number(figure["high"], measure)
    interval = f"{low:>8} – {high:<8}" if low else "no interval"
    direction = "  lower is better" if measure.better is Better.LOWER else ""
    value = _number(figure["value"], measure)
    return f"{measure.name:<{_NAME_WIDTH}}  {value:>9}  {interval:^19}  {figure['n']:>5}{direction}"


def _comparison_line(one: Comparison) -> str:
    old, new = _number(one.old, one.measure), _number(one.new, one.measure)
    difference = _number(one.difference, one.measure, sign="+")
    interval = f"{_number(one.low, one.measure, '+'):>9} to {_number(one.high, one.measure, '+'):<9}"
    return (
        f"{one.measure.name:<{_NAME_WIDTH}}  {old:>9}  {new:>9}  {difference:>10}  {interval}  {one.p:6.4f}  "
        f"{one.n:>5}  {one.verdict}"
    )


def _changed_questions(measure: QuestionMeasure, old: FinishedRun, new: FinishedRun) -> Iterator[str]:
    before = {one.id: one.values.get(measure.name) for one in old.scores}
    after = {one.id: one.values.get(measure.name) for one in new.scores}
    sign = -1 if measure.better is Better.LOWER else 1
    gains = {
        id_: sign * ((after[id_] or 0.0) - (value or 0.0))
        for id_, value in before.items()
        if value is not None and after[id_] is not None and after[id_] != value
    }
    questions = {question.id: question.question for question in old.questions}
    worse = sorted((id_ for id_ in gains if gains[id_] < 0), key=lambda id_: gains[id_])
    better = sorted((id_ for id_ in gains if gains[id_] > 0), key=lambda id_: -gains[id_])
    for name, ids in (("worse", worse), ("better", better)):
        yield f"{measure.name} is {name} in {counted(len(ids), 'question')}{':' if ids else '.'}"
        for id_ in ids[:_QUESTIONS_SHOWN]:
            yield f"  {before[id_]:.3f} -> {after[id_]:.3f}  {one_line(f'{id_}  {questions[id_]}')}"


def _number(value: float | None, measure: Measure, sign: str = "") -> str:
    return "" if value is None else f"{value:{sign}.{_DIGITS[measure.unit]}f}"

"""Limits that a run has to keep, for CI: floors for figures, and no step back from an earlier run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from assistant.evaluation.compare import Comparison, ComparisonVerdict
from assistant.evaluation.errors import BadGate
from assistant.evaluation.measures import measure_named
from assistant.evaluation.measures.measure import Better, Measure

_ROUNDING = 1e-9
"""A figure that was meant to be equal to its limit must not fall short of it by the sum's last bit."""


@dataclass(frozen=True, slots=True)
class Limit:
    """The worst value that is still good: the lowest one, or the highest where lower is better."""

    measure: Measure
    value: float


def parse_limits(text: str) -> list[Limit]:
    """`"ndcg@10=0.85,citation.validity=1"`. Raises `BadGate` for an unknown measure or a value that is no number."""
    return [_parse_limit(part) for part in text.split(",") if part.strip()]


def missed(limits: Sequence[Limit], figures: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """A sentence for each limit that the `measures` of `metrics.json` do not keep; one without a value keeps none."""
    return [sentence for limit in limits if (sentence := _complaint(limit, figures[limit.measure.name]))]


def steps_back(comparisons: Sequence[Comparison]) -> list[str]:
    """A sentence for each measure that became significantly worse."""
    return [
        f"{one.measure.name} fell back from {one.old:.4f} to {one.new:.4f}: {one.difference:+.4f}, "
        f"95 % interval {one.low:+.4f} to {one.high:+.4f}, p = {one.p:.4f}."
        for one in comparisons
        if one.verdict is ComparisonVerdict.WORSE
    ]


def _parse_limit(part: str) -> Limit:
    name, equals, value = part.partition("=")
    measure = measure_named(name.strip())
    try:
        number = float(value)
    except ValueError:
        number = float("nan")
    if not equals or number != number or measure.better is Better.NEITHER:
        raise BadGate(f'"{part.strip()}" is no limit; write measure=number, like ndcg@10=0.85.')
    return Limit(measure, number)


def _complaint(limit: Limit, figure: Mapping[str, Any]) -> str | None:
    name, value = limit.measure.name, figure["value"]
    if value is None:
        return f"{name} has no value: {figure['reason']}."
    if limit.measure.better is Better.HIGHER and value < limit.value - _ROUNDING:
        return f"{name} is {value:.4f}, below {limit.value:g}."
    if limit.measure.better is Better.LOWER and value > limit.value + _ROUNDING:
        return f"{name} is {value:.4f}, above {limit.value:g}."
    return None

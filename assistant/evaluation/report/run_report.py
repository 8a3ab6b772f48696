"""The report of one run."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from assistant.evaluation.case import Case
from assistant.evaluation.measures import MEASURES
from assistant.evaluation.measures.measure import Measure
from assistant.evaluation.report.page import render_page
from assistant.evaluation.report.questions import FAILURES, chosen_rows, outcome, question_row
from assistant.evaluation.scoring import QuestionScores
from assistant.evaluation.slices import slices

HEADLINES = (
    "ndcg@10",
    "answer.contains@60",
    "nuggets.vital",
    "support.f1",
    "citation.validity",
    "abstention.balanced_accuracy",
)
"""One figure for each part of the work, shown large."""


def run_report(
    cases: Sequence[Case],
    scores: Sequence[QuestionScores],
    metrics: Mapping[str, Any],
    wanted_slices: Collection[str] = (),
) -> str:
    """Return the HTML page; `metrics` are those of `assistant.evaluation.metrics_json`."""
    memberships = _memberships(cases, wanted_slices)
    failed = [outcome(*pair) in FAILURES for pair in zip(cases, scores, strict=True)]
    data = {
        **metrics,
        "headlines": HEADLINES,
        "about_measures": [about(measure) for measure in MEASURES],
        "failures": FAILURES,
        "failed": sum(failed),
        "rows": [question_row(cases[at], scores[at], memberships[at]) for at in chosen_rows(failed)],
    }
    return render_page(f"Evaluation of {metrics['gold']['name']}", "report.js", data)


def about(measure: Measure) -> dict[str, Any]:
    """Return a measure's description for readers of the report."""
    return {
        "name": measure.name,
        "group": measure.group.value,
        "description": measure.description,
        "source": measure.source,
        "better": measure.better.value,
        "unit": measure.unit.value,
    }


def _memberships(cases: Sequence[Case], wanted: Collection[str]) -> list[list[str]]:
    """Return the slices that each question is in, as `field: value`."""
    names: list[list[str]] = [[] for _ in cases]
    for field, parts in slices(cases, wanted).items():
        for value, positions in parts.items():
            for position in positions:
                names[position].append(f"{field}: {value}")
    return names

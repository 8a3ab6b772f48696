"""The report of a comparison of two runs."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from assistant.evaluation.case import Case
from assistant.evaluation.compare import Comparison
from assistant.evaluation.measures import MEASURES
from assistant.evaluation.measures.measure import Better, QuestionMeasure
from assistant.evaluation.report.page import render_page
from assistant.evaluation.report.questions import chosen_rows, question_row
from assistant.evaluation.report.run_report import about
from assistant.evaluation.run_folder import FinishedRun
from assistant.evaluation.scoring import QuestionScores, make_cases

_PER_QUESTION = [
    measure.name
    for measure in MEASURES
    if isinstance(measure, QuestionMeasure) and measure.better is not Better.NEITHER
]
"""The measures that a question can be better or worse in."""


def compare_report(old: FinishedRun, new: FinishedRun, comparisons: Sequence[Comparison]) -> str:
    """Return the HTML page. Both runs are of the same questions."""
    changed = _changed(old, new)
    shown = chosen_rows([True] * len(changed))
    data = {
        "questions": len(old.questions),
        "changed": len(changed),
        "old": _about_run(old),
        "new": _about_run(new),
        "about_measures": [about(measure) for measure in MEASURES],
        "comparisons": [_comparison(one) for one in comparisons],
        "per_question": _PER_QUESTION,
        "rows": _rows(old, new, {changed[at] for at in shown}),
    }
    return render_page(f"{old.name} against {new.name}", "compare.js", data)


def _about_run(run: FinishedRun) -> dict[str, Any]:
    return {"name": run.name, "gold": run.record.gold, "system": dict(run.record.system)}


def _comparison(one: Comparison) -> dict[str, Any]:
    return {
        "name": one.measure.name,
        "n": one.n,
        "old": one.old,
        "new": one.new,
        "difference": one.difference,
        "low": one.low,
        "high": one.high,
        "p_bootstrap": one.p_bootstrap,
        "p_flip": one.p_flip,
        "p": one.p,
        "verdict": one.verdict.value,
    }


def _changed(old: FinishedRun, new: FinishedRun) -> list[str]:
    """Return ids of the questions that any measure tells apart: the others are counted, and not shown."""
    after = {one.id: one.values for one in new.scores}
    return [
        one.id
        for one in old.scores
        if any(
            one.values[name] != after[one.id][name]
            for name in _PER_QUESTION
            if name in one.values and name in after[one.id]
        )
    ]


def _rows(old: FinishedRun, new: FinishedRun, shown: Collection[str]) -> list[dict[str, Any]]:
    """Return each of these questions with both answers."""
    after = {case.gold.id: (case, score) for case, score in _scored(new)}
    return [
        {"old": question_row(case, score, []), "new": question_row(*after[case.gold.id], [])}
        for case, score in _scored(old)
        if case.gold.id in shown
    ]


def _scored(run: FinishedRun) -> list[tuple[Case, QuestionScores]]:
    scores = {one.id: one for one in run.scores}
    return [(case, scores[case.gold.id]) for case in make_cases(run.questions, run.predictions)]

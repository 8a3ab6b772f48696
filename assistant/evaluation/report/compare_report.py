"""The report of a comparison of two runs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from assistant.evaluation.case import Case
from assistant.evaluation.compare import Comparison
from assistant.evaluation.measures import MEASURES
from assistant.evaluation.measures.measure import Better, QuestionMeasure
from assistant.evaluation.report.page import render_page
from assistant.evaluation.report.questions import question_row
from assistant.evaluation.report.run_report import about
from assistant.evaluation.run_folder import FinishedRun
from assistant.evaluation.scoring import QuestionScores, make_cases


def compare_report(old: FinishedRun, new: FinishedRun, comparisons: Sequence[Comparison]) -> str:
    """The HTML page. Both runs are of the same questions."""
    data = {
        "old": _about_run(old),
        "new": _about_run(new),
        "about_measures": [about(measure) for measure in MEASURES],
        "comparisons": [_comparison(one) for one in comparisons],
        "per_question": [
            measure.name
            for measure in MEASURES
            if isinstance(measure, QuestionMeasure) and measure.better is not Better.NEITHER
        ],
        "rows": _rows(old, new),
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


def _rows(old: FinishedRun, new: FinishedRun) -> list[dict[str, Any]]:
    """Each question with both answers."""
    after = {case.gold.id: (case, score) for case, score in _scored(new)}
    return [
        {"old": question_row(case, score, []), "new": question_row(*after[case.gold.id], [])}
        for case, score in _scored(old)
    ]


def _scored(run: FinishedRun) -> list[tuple[Case, QuestionScores]]:
    scores = {one.id: one for one in run.scores}
    return [(case, scores[case.gold.id]) for case in make_cases(run.questions, run.predictions)]

"""Evaluate: ask every gold question, score the answers, write all of it to the run's folder."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from assistant.evaluation.align import align
from assistant.evaluation.case import Case
from assistant.evaluation.corpus_folder import Embedded
from assistant.evaluation.documents import FindArticle
from assistant.evaluation.export_ragas import write_ragas
from assistant.evaluation.export_trec import write_trec
from assistant.evaluation.gold import Gold, GoldQuestion
from assistant.evaluation.gold_check import check_evidence
from assistant.evaluation.metrics_json import metrics
from assistant.evaluation.predictions import Prediction, PredictionStatus, read_predictions
from assistant.evaluation.report.run_report import run_report
from assistant.evaluation.run_folder import (
    PREDICTIONS,
    REPORT,
    RunRecord,
    close_run,
    new_record,
    opened_run,
)
from assistant.evaluation.run_questions import Asker, OnAnswer, PredictEach, ask_all
from assistant.evaluation.scoring import QuestionScores, make_cases, score_case
from assistant.evaluation.slices import slices, unknown_fields
from assistant.groundedness.judge import ClaimJudge, shipped_judge
from assistant.plurals import counted

RUNS = Path("evaluations")
"""Where runs are kept when no folder is given."""


@dataclass(frozen=True, slots=True)
class Evaluation:
    """A finished run: its folder, and what was written there."""

    folder: Path
    scores: list[QuestionScores]
    metrics: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class RunOptions:
    """Options of an evaluation.

    `out` is the folder of the run (None: a new one below `RUNS`, or the stopped one of the same kind), `slices` are
    fields to slice by although they have many values. `judge` judges what answers say; the packaged one unless given.
    """

    out: Path | None = None
    slices: tuple[str, ...] = ()
    judge: ClaimJudge | None = None


def evaluate(
    gold: Gold,
    asker: Asker,
    options: RunOptions = RunOptions(),
    embedded: Embedded | None = None,
    on_answer: OnAnswer | None = None,
    predict_each: PredictEach | None = None,
) -> Evaluation:
    """Put every question to `asker` and score it; a stopped run goes on where it was.

    `predict_each` has others asked that answer as `asker` does, which only tells of itself then.
    `embedded` is what was embedded for it, if anything. Raises `EvaluationError` and the rooms' errors; what was
    answered until then is kept.
    """
    with opened_run(options.out, RUNS, new_record(gold, asker.describe()), gold.questions) as (folder, record):
        predictions = ask_all(gold.questions, asker, folder / PREDICTIONS, on_answer, predict_each)
        return _finish(
            folder,
            record,
            gold=gold,
            predictions=predictions,
            find_article=asker.find_article,
            options=options,
            cost=_cost(asker.peak_memory_mb(), embedded),
        )


def evaluate_predictions(
    gold: Gold,
    file: Path,
    find_article: FindArticle | None = None,
    options: RunOptions = RunOptions(),
) -> Evaluation:
    """Score what some system has predicted. Questions without a prediction count as failed."""
    predictions = read_predictions(file)
    begun = new_record(gold, {"asked": f"predictions of {file.name}"})
    with opened_run(options.out, RUNS, begun, gold.questions) as (folder, record):
        shutil.copyfile(file, folder / PREDICTIONS)
        return _finish(
            folder,
            record,
            gold=gold,
            predictions=predictions,
            find_article=find_article,
            options=options,
            cost=_cost(),
        )


def _finish(
    folder: Path,
    record: RunRecord,
    *,
    gold: Gold,
    predictions: Mapping[str, Prediction],
    find_article: FindArticle | None,
    options: RunOptions,
    cost: Mapping[str, float | None],
) -> Evaluation:
    fingerprint = gold.fingerprint
    if find_article is not None:
        gold = replace(gold, questions=tuple(align(gold.questions, find_article)))
    judge = options.judge or shipped_judge()
    cases = make_cases(gold.questions, predictions, find_article, judge)
    scores = [score_case(case) for case in cases]
    about = {
        "gold": {"name": gold.name, "fingerprint": fingerprint},
        "run": {"system": dict(record.system), "started": record.started.isoformat()},
        "warnings": list(_warnings(gold, cases, predictions, options.slices)),
        "cost": dict(cost),
        "judge": {"fingerprint": judge.fingerprint, **asdict(judge.measured)},
    }
    found = metrics(cases, scores, about, options.slices)
    write_trec(cases, folder)
    write_ragas(cases, folder)
    (folder / REPORT).write_text(run_report(cases, scores, found, options.slices), encoding="utf-8")
    close_run(folder, record, scores, found)
    return Evaluation(folder, scores, found)


def _warnings(
    gold: Gold, cases: list[Case], predictions: Mapping[str, Prediction], wanted_slices: Collection[str]
) -> Iterator[str]:
    """Yield a sentence for each thing that makes the figures mean less than they seem to."""
    if gold.skipped:
        yield f"{counted(len(gold.skipped), 'bad gold line')} left out; the first: {gold.skipped[0]}"
    if gold.drafts:
        yield f"{counted(gold.drafts, 'draft')} left out; remove `draft` from a question once a person has mended it."
    yield from _gold_warnings(gold.questions, cases[0].find_article)
    yield from _prediction_warnings(cases, predictions)
    for field in unknown_fields(slices(cases, wanted_slices), wanted_slices):
        yield f"No question has the field {field}, so there is no slice by it."


def _gold_warnings(questions: tuple[GoldQuestion, ...], find_article: FindArticle | None) -> Iterator[str]:
    remarks = check_evidence(questions, find_article) if find_article else []
    for fault, count in Counter(remark.fault for remark in remarks).items():
        first = next(remark for remark in remarks if remark.fault is fault)
        yield f"{counted(count, 'time')} {fault}; the first: {first.question_id}, {first.detail}"


def _prediction_warnings(cases: list[Case], predictions: Mapping[str, Prediction]) -> Iterator[str]:
    failed = [case for case in cases if case.prediction.status is PredictionStatus.FAILED]
    if failed:
        yield f"{counted(len(failed), 'question')} failed; the first: {failed[0].gold.id}, {failed[0].prediction.error}"
    if extra := predictions.keys() - {case.gold.id for case in cases}:
        yield f"{counted(len(extra), 'prediction')} for no gold question; the first: {min(extra)}."
    generations = {prediction.generation for prediction in predictions.values()}
    if len(generations) > 1:
        yield f"The index changed during the run: {len(generations)} generations were searched."


def _cost(peak_memory_mb: float | None = None, embedded: Embedded | None = None) -> dict[str, float | None]:
    """Return the cost of the run besides time: None where nothing was measured."""
    return {"peak_memory_mb": peak_memory_mb, "passages_per_second": embedded.per_second if embedded else None}

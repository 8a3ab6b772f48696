"""TREC files of a run, for trec_eval, ir-measures and whatever else reads them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from assistant.evaluation.case import Case
from assistant.evaluation.document_ranking import rank_scores, ranked_documents
from corpus.text.invisible import without_hidden

_TAG = "assistant"
_SPACE = re.compile(r"[\s\x00-\x1f\x7f-\x9f]")


def write_trec(cases: Sequence[Case], folder: Path) -> tuple[Path, Path]:
    """Write `run.trec` and `qrels.trec` of the questions that have a relevant document; return both paths.

    White space in names, which separates columns there, becomes `_`, as control characters do; hidden ones go.
    """
    run, qrels = folder / "run.trec", folder / "qrels.trec"
    judged = [case for case in cases if case.gold.relevance]
    for file, lines_of in ((run, _run_lines), (qrels, _qrels_lines)):
        with file.open("w", encoding="utf-8") as lines:
            lines.writelines(map(lines_of, judged))
    return run, qrels


def _run_lines(case: Case) -> str:
    scores = rank_scores(ranked_documents(case.prediction.retrieved, case.gold.relevance))
    return "".join(
        f"{_name(case.gold.id)} Q0 {_name(doc_id)} {rank} {score:g} {_TAG}\n"
        for rank, (doc_id, score) in enumerate(scores.items(), start=1)
    )


def _qrels_lines(case: Case) -> str:
    return "".join(
        f"{_name(case.gold.id)} 0 {_name(doc_id)} {grade}\n" for doc_id, grade in case.gold.relevance.items()
    )


def _name(text: str) -> str:
    return without_hidden(_SPACE.sub("_", text)) or "_"

"""Rows as ragas reads them (its single-turn samples), for measures that need a language model as judge."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from assistant.evaluation.case import Case
from assistant.evaluation.json_lines import write_objects

_CONTEXTS = 6
"""Passages of a row: about as many as an answer is written from."""


def write_ragas(cases: Sequence[Case], folder: Path) -> Path:
    """`ragas.jsonl`: question, answer, passages, gold answer and gold texts of every question."""
    file = folder / "ragas.jsonl"
    write_objects(file, map(_row, cases))
    return file


def _row(case: Case) -> dict[str, object]:
    return {
        "user_input": case.gold.question,
        "response": case.answer,
        "retrieved_contexts": _passages(case),
        "reference": case.gold.answers[0] if case.gold.answers else "",
        "reference_contexts": [item.text for item in case.gold.evidence if item.text],
    }


def _passages(case: Case) -> list[str]:
    """The best passages' texts, where the articles are at hand; else the quotes."""
    if case.find_article is None:
        return [citation.quote for citation in case.citations]
    found = ((case.find_article(hit.doc_id), hit) for hit in case.prediction.retrieved[:_CONTEXTS])
    return [article.text[hit.start : hit.end] for article, hit in found if article]

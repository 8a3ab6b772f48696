"""Questions as the reports show them: answer, citations in their passages, gold, and what was found."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Any

from assistant.evaluation.case import Case
from assistant.evaluation.document_ranking import ranked_documents
from assistant.evaluation.gold import named
from assistant.evaluation.measures.nuggets import covered_parties, misleads, tells
from assistant.evaluation.predictions import PredictedCitation
from assistant.evaluation.scoring import QuestionScores
from corpus.article import Article

_CONTEXT = 240
"""Characters shown before and after a quote: a few lines, to see it in its passage."""

_RANKS = 10
"""Found documents shown: as many as the measures look at."""

MOST_ROWS = 5_000
"""Questions of a report: about 15 MB, which a browser still opens at once."""

FAILURES = ("wrong", "refused wrongly", "failed")
"""Outcomes that somebody has to look at."""

_SEED = 20251123
"""The same run gives the same report."""


def chosen_rows(come_first: Sequence[bool]) -> list[int]:
    """Return positions of the questions that a report shows, at most `MOST_ROWS`, in their order.

    All are, or those that come first with a sample of the others, or a sample of those.
    """
    positions = range(len(come_first))
    first = [position for position in positions if come_first[position]]
    others = [position for position in positions if not come_first[position]]
    random = Random(_SEED)  # noqa: S311 - no secret
    kept = random.sample(first, min(len(first), MOST_ROWS))
    return sorted(kept + random.sample(others, min(len(others), MOST_ROWS - len(kept))))


def question_row(case: Case, scores: QuestionScores, slices: Sequence[str]) -> dict[str, Any]:
    """Return everything about one question, as JSON; `slices` are names of the slices that it belongs to."""
    gold, prediction = case.gold, case.prediction
    return {
        "id": gold.id,
        "question": gold.question,
        "history": [message.model_dump() for message in gold.history],
        "standalone": prediction.standalone_question,
        "outcome": outcome(case, scores),
        "answer": prediction.answer,
        "short": prediction.short,
        "error": prediction.error,
        "citations": [_citation(case, citation) for citation in prediction.citations],
        "gold": {
            "answers": gold.answers,
            "answerable": gold.is_answerable,
            "evidence": [{"doc": item.doc_id, "text": item.text} for item in gold.evidence],
        },
        "verdict": {"given": prediction.verdict, "expected": gold.verdict},
        # None where a run of an older version did not keep which are told.
        "nuggets": [
            {"text": named(nugget), "vital": nugget.vital, "told": told}
            for nugget, told in zip(gold.nuggets, scores.told, strict=False)
        ],
        "forbidden": [
            {"text": named(statement), "counts": misleads(statement, case)}
            for statement in gold.forbidden
            if tells(case.answer, statement.any_of)
        ],
        "parties": [{"name": name, "covered": covered} for name, covered in covered_parties(case).items()],
        "found": [
            {"doc": doc_id, "relevant": doc_id in gold.relevance}
            for doc_id in ranked_documents(prediction.retrieved, gold.relevance)[:_RANKS]
        ],
        "values": {name: round(value, 4) for name, value in scores.values.items()},
        "slices": slices,
    }


def outcome(case: Case, scores: QuestionScores) -> str:
    """Return the outcome of a question in one word or two."""
    if case.prediction.is_refused:
        return {True: "refused wrongly", False: "refused rightly", None: "refused"}[case.gold.is_answerable]
    if not case.prediction.is_answered:
        return "failed"
    return {1.0: "right", 0.0: "wrong", None: "answered"}[scores.values.get("right")]


def _citation(case: Case, citation: PredictedCitation) -> dict[str, Any]:
    """Return the quote between the text around it, so that offsets need not be counted in the browser."""
    article = case.find_article(citation.doc_id) if case.find_article else None
    gold = any(sentence.citation == citation for sentence in case.supporting_sentences)
    return {
        "doc": citation.doc_id,
        "title": article.title if article else "",
        "gold": gold if case.gold_sentences else None,
        **_in_passage(citation, article),
    }


def _in_passage(citation: PredictedCitation, article: Article | None) -> dict[str, Any]:
    if article is None:
        return {"before": "", "quote": citation.quote, "after": "", "exact": None}
    text, start, end = article.text, citation.start, citation.end
    return {
        "before": _last_words(text[:start]),
        "quote": citation.quote,
        "after": _first_words(text[end:]),
        "exact": text[start:end] == citation.quote,
    }


def _first_words(text: str) -> str:
    if len(text) <= _CONTEXT:
        return text
    return text[:_CONTEXT].rpartition(" ")[0] + " …"


def _last_words(text: str) -> str:
    if len(text) <= _CONTEXT:
        return text
    return "… " + text[-_CONTEXT:].partition(" ")[2]

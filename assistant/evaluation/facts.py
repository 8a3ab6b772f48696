"""Facts about single questions that measures of whole sets are made of: numbers, or why there is none."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping

from assistant.evaluation.case import Case
from assistant.evaluation.measures.contains import contains
from assistant.evaluation.measures.measure import Score, Undefined

_SHORT_ANSWER_WORDS = 10
"""A gold answer of at most so many words can be looked for in an answer; a longer one has many wordings."""


def _answerable(case: Case) -> Score:
    if case.gold.is_answerable is None:
        return Undefined("it is not known whether the question is answerable")
    return float(case.gold.is_answerable)


def _confidence(case: Case) -> Score:
    confidence = case.prediction.confidence
    return Undefined("no confidence is given") if confidence is None else confidence


def _milliseconds(case: Case) -> Score:
    return case.prediction.timings_ms.get("total", Undefined("no time is given"))


def _half(case: Case) -> Score:
    """Return 0 or 1, by the question's id: the same in every run."""
    return float(hashlib.sha256(case.gold.id.encode()).digest()[0] % 2)


def _right(case: Case) -> Score:
    """Whether the answer is right, as far as gold data can tell.

    It contains a short gold answer, or cites a gold sentence. Where the gold data has neither, it cites a
    relevant document. An answer to what cannot be answered is wrong.
    """
    if not case.prediction.is_answered:
        return Undefined("nothing was answered")
    if case.gold.is_answerable is False:
        return 0.0
    short = [answer for answer in case.gold_answers if len(answer) <= _SHORT_ANSWER_WORDS]
    if short or case.gold_sentences:
        says_it = any(contains(case.answer_tokens, answer) for answer in short)
        return float(says_it or bool(case.supporting_sentences))
    if not case.gold.relevance:
        return Undefined("no gold answer or document tells right from wrong")
    return float(any(citation.doc_id in case.gold.relevance for citation in case.citations))


FACTS: Mapping[str, Callable[[Case], Score]] = {
    "answerable": _answerable,
    "answered": lambda case: float(case.prediction.is_answered),
    "refused": lambda case: float(case.prediction.is_refused),
    "confidence": _confidence,
    "right": _right,
    "half": _half,
    "milliseconds": _milliseconds,
}

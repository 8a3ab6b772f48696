"""Share of an answer that stands without a source."""

from __future__ import annotations

from assistant.evaluation.case import Case
from assistant.evaluation.measures.measure import Better, Group, QuestionMeasure, Score, Undefined
from corpus.text.sentences import sentence_spans


def _share_uncited(case: Case) -> Score:
    sentences = sentence_spans(case.answer)
    if not sentences:
        return Undefined("nothing was answered")
    if any(citation.answer_start is None or citation.answer_end is None for citation in case.citations):
        return Undefined("these predictions do not say which sentence cites what (answer_start, answer_end)")
    return sum(not _is_cited(case, *sentence) for sentence in sentences) / len(sentences)


def _is_cited(case: Case, start: int, end: int) -> bool:
    return any((c.answer_start or 0) < end and start < (c.answer_end or 0) for c in case.citations)


UNCITED = QuestionMeasure(
    name="citation.uncited",
    group=Group.CITATIONS,
    description="Share of an answer's sentences that no citation belongs to.",
    source="own definition",
    score=_share_uncited,
    better=Better.LOWER,
)

"""Whether the right documents are cited."""

from __future__ import annotations

from assistant.evaluation.case import Case
from assistant.evaluation.measures.measure import Group, QuestionMeasure, Score, Undefined

_SOURCE = "Gao et al. 2023 (ALCE), with gold documents in place of an entailment model"


def cited_relevant(case: Case) -> tuple[set[str], set[str]]:
    """Return the documents that are cited, and those of them that are judged relevant."""
    cited = {citation.doc_id for citation in case.citations}
    return cited, cited & case.gold.relevance.keys()


def _precision(case: Case) -> Score:
    if not case.gold.relevance:
        return Undefined("no document is judged relevant")
    cited, relevant = cited_relevant(case)
    return len(relevant) / len(cited) if cited else Undefined("nothing was cited")


def _recall(case: Case) -> Score:
    if not case.gold.relevance:
        return Undefined("no document is judged relevant")
    return len(cited_relevant(case)[1]) / len(case.gold.relevance)


DOCUMENT_PRECISION = QuestionMeasure(
    name="citation.document_precision",
    group=Group.CITATIONS,
    description="Share of the cited documents that are relevant, over answers that cite.",
    source=_SOURCE,
    score=_precision,
)
DOCUMENT_RECALL = QuestionMeasure(
    name="citation.document_recall",
    group=Group.CITATIONS,
    description="Share of the relevant documents that are cited; 0 where nothing is answered.",
    source=_SOURCE,
    score=_recall,
)

"""Whether quotes are what the documents say. Anything below 1 is a bug."""

from __future__ import annotations

from assistant.evaluation.case import Case
from assistant.evaluation.documents import FindArticle
from assistant.evaluation.measures.measure import Group, QuestionMeasure, Score, Undefined
from assistant.evaluation.predictions import PredictedCitation


def _share_valid(case: Case) -> Score:
    if case.find_article is None:
        return Undefined("the articles are not at hand to check quotes; give --corpus")
    if not case.citations:
        return Undefined("nothing was cited")
    valid = [_is_valid(citation, case.find_article) for citation in case.citations]
    return sum(valid) / len(valid)


def _is_valid(citation: PredictedCitation, find_article: FindArticle) -> bool:
    article = find_article(citation.doc_id)
    # A slice of nothing equals an empty quote, and proves nothing.
    return bool(article and citation.quote and article.text[citation.start : citation.end] == citation.quote)


VALIDITY = QuestionMeasure(
    name="citation.validity",
    group=Group.CITATIONS,
    description="Share of citations whose quote is exactly the document's text at its offsets.",
    source="own definition: quote == text[start:end]",
    score=_share_valid,
)

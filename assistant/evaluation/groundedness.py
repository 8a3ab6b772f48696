"""Whether an answer's sentences follow from what they cite, as a judge of claims sees it, whoever wrote them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from assistant.evaluation.documents import FindArticle
from assistant.evaluation.predictions import PredictedCitation
from assistant.groundedness.judge import Claim, ClaimJudge, ClaimVerdict, EvidenceRow, verdict_of
from assistant.writing.context import begins_pointing_back
from corpus.text.sentences import sentence_spans

_MARKER = re.compile(r"\s*\[\d{1,3}(?:\s*[,–-]\s*\d{1,3})*\]")


def judged_sentences(
    answer: str, citations: Sequence[PredictedCitation], judge: ClaimJudge, find_article: FindArticle | None = None
) -> list[ClaimVerdict | None]:
    """Return the verdict on each sentence of `answer`, held against the quotes that it cites; None where it cites none.

    A citation that says for which part of the answer it is counts for the sentences that overlap with that, any other
    for all. Without a quote it is the text of its document at its offsets, where `find_article` knows that; titles and
    dates are known from there, too. Markers like [1] are no part of a sentence. Raises `ReadingModelUnavailable`.
    """
    claims: list[Claim] = []
    before = ""
    for start, end in sentence_spans(answer):
        text = _MARKER.sub("", answer[start:end]).strip()
        if text:
            cited = (citation for citation in citations if _is_for(citation, start, end))
            context = before if begins_pointing_back(text) else ""
            claims.append(Claim(text, tuple(_rows(cited, find_article)), context))
            before = text
    known = [claim for claim in claims if claim.evidence]
    verdicts = iter([verdict_of(judgement, judge.measured) for judgement in judge.judge(known)])
    return [next(verdicts) if claim.evidence else None for claim in claims]


def _is_for(citation: PredictedCitation, start: int, end: int) -> bool:
    if citation.answer_start is None or citation.answer_end is None:
        return True
    return citation.answer_start < end and start < citation.answer_end


def _rows(citations: Iterator[PredictedCitation], find_article: FindArticle | None) -> Iterator[EvidenceRow]:
    for citation in citations:
        article = find_article(citation.doc_id) if find_article else None
        quote = citation.quote or (article.text[citation.start : citation.end] if article else "")
        if quote.strip():
            yield EvidenceRow(article.title if article else "", article.published if article else None, quote)

"""Rankings of documents, as retrieval measures want them, and the measures' values by `ir-measures`."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import ir_measures
from ir_measures import RR, Qrel, R, ScoredDoc, Success, nDCG

from assistant.evaluation.predictions import RetrievedPassage

NDCG, RECIPROCAL_RANK, RECALL = str(nDCG @ 10), str(RR @ 10), str(R @ 10)
SUCCESS = {cutoff: str(Success @ cutoff) for cutoff in (1, 5, 10)}

_MEASURES = [nDCG @ 10, RR @ 10, R @ 10, *(Success @ cutoff for cutoff in SUCCESS)]
_QUESTION = "q"
"""Questions are scored one by one, so that they need no names."""


def ranked_documents(retrieved: Sequence[RetrievedPassage], relevant: Collection[str]) -> list[str]:
    """Documents, best first: each where its best passage stands.

    A passage stands for its near-duplicates too: where one of these is from a relevant document, that
    document takes the rank.
    """
    documents: dict[str, None] = {}
    for passage in _best_first(retrieved):
        group = (passage.doc_id, *passage.copies)
        gold = [doc_id for doc_id in group if doc_id in relevant]
        documents.update(dict.fromkeys(gold or group[:1]))
    return list(documents)


def rank_scores(documents: Sequence[str]) -> dict[str, float]:
    """A score for each document of a ranking.

    Ranks rather than scores of the search: trec_eval reads scores as 32-bit numbers and orders equal ones by
    name, so that near ties would come out in another order than they were shown.
    """
    return {doc_id: float(len(documents) - rank) for rank, doc_id in enumerate(documents)}


def retrieval_values(documents: Sequence[str], relevance: Mapping[str, int]) -> dict[str, float]:
    """The value of every retrieval measure, by its `ir-measures` name. An empty ranking scores 0."""
    judged = [Qrel(_QUESTION, doc_id, grade) for doc_id, grade in relevance.items()]
    ranking = [ScoredDoc(_QUESTION, doc_id, score) for doc_id, score in rank_scores(documents).items()]
    return {str(metric.measure): metric.value for metric in ir_measures.iter_calc(_MEASURES, judged, ranking)}


def _best_first(retrieved: Sequence[RetrievedPassage]) -> Sequence[RetrievedPassage]:
    """By score where every passage has one; equal ones stay in the order in which they came."""
    if any(passage.score is None for passage in retrieved):
        return retrieved
    return sorted(retrieved, key=lambda passage: -(passage.score or 0.0))

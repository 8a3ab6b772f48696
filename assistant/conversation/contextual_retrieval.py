"""Retrieval for a question that came after another one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import sqrt

from corpus.article import ArticleFilter
from index.hit import Hit
from index.retriever import RetrievalResult, Retriever

_POOL = 50
"""Passages found for each form: more than are prescored; 100 measure the same and take twice as long. One that only
one form finds counts as the last of the other."""


def retrieve_in_context(
    retriever: Retriever, question: str, before: str | None, wanted: ArticleFilter, limit: int
) -> RetrievalResult:
    """Return at most `limit` hits for `question`, which followed `before`.

    Whether it goes on with that or begins something new is not decided. It is searched for with and without it, and a
    passage is as good as the geometric mean of both scores: what is only about the matter before falls behind, and so
    does what uses the question's words about another matter (docs/adr/0020-conversation.md).
    """
    if before is None:
        return retriever.retrieve(question, wanted, limit)
    alone = retriever.retrieve(question, wanted, max(limit, _POOL))
    together = retriever.retrieve(f"{before} {question}", wanted, max(limit, _POOL))
    return replace(alone, hits=_in_both(alone.hits, together.hits)[:limit])


def _in_both(alone: Sequence[Hit], together: Sequence[Hit]) -> tuple[Hit, ...]:
    """Best first, the best scored 1. A hit keeps the raw scores of `alone` where that found it."""
    scores = [{hit.passage.id: hit.score for hit in hits} for hits in (alone, together)]
    hits = {hit.passage.id: hit for hit in (*together, *alone)}
    merged = {id_: sqrt(_score(scores[0], id_) * _score(scores[1], id_)) for id_ in hits}
    best = max(merged.values(), default=0.0) or 1.0
    ranked = sorted(hits.values(), key=lambda hit: (-merged[hit.passage.id], hit.passage.id))
    return tuple(_distinct([replace(hit, score=merged[hit.passage.id] / best) for hit in ranked]))


def _score(scores: Mapping[str, float], id_: str) -> float:
    return scores.get(id_, min(scores.values(), default=0.0))


def _distinct(ranked: Sequence[Hit]) -> list[Hit]:
    """Without those that a better one lists as its copy: the two searches may fold them the other way round."""
    folded: set[str] = set()
    kept = []
    for hit in ranked:
        if hit.passage.id not in folded:
            kept.append(hit)
            folded.update(copy.passage.id for copy in hit.copies)
    return kept

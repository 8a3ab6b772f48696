"""Hits of a search: passages with their scores and copies."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from api.wire.articles import ArticleReference, reference
from api.wire.body import Body, round_score, rounded
from index.hit import Hit


class PassageBody(Body):
    """A passage and its text: `[start, end)` of the article."""

    id: str
    start: int
    end: int
    text: str


class CopyBody(ArticleReference):
    """A passage elsewhere that says the same, folded into the hit or source that lists it."""

    passage: PassageBody


class ScoresBody(Body):
    """Raw scores: `dense` a cosine, `lexical` BM25, `reader` a probability where a reader has judged."""

    dense: float
    lexical: float
    reader: float | None = None


class HitBody(ArticleReference):
    """A passage that was found. `score` ranks the hits of one search only."""

    passage: PassageBody
    score: float
    scores: ScoresBody
    copies: list[CopyBody]


class SearchBody(Body):
    """Hits, best first."""

    object: Literal["list"] = "list"
    data: list[HitBody]
    index_generation: str | None
    timings_ms: dict[str, float]


def search_body(hits: Iterable[Hit], generation: str | None, milliseconds: float) -> SearchBody:
    """Return the body for the hits of one search that took this long."""
    return SearchBody(
        data=[_hit_body(hit) for hit in hits],
        index_generation=generation,
        timings_ms=rounded({"search": milliseconds, "total": milliseconds}),
    )


def _hit_body(hit: Hit) -> HitBody:
    return HitBody(
        **reference(hit.article),
        passage=passage_body(hit),
        score=round_score(hit.score),
        scores=scores_body(hit),
        copies=[copy_body(copy) for copy in hit.copies],
    )


def copy_body(hit: Hit) -> CopyBody:
    return CopyBody(**reference(hit.article), passage=passage_body(hit))


def passage_body(hit: Hit) -> PassageBody:
    return PassageBody(id=hit.passage.id, start=hit.passage.start, end=hit.passage.end, text=hit.text)


def scores_body(hit: Hit) -> ScoresBody:
    reader = hit.scores.reader
    return ScoresBody(
        dense=round_score(hit.scores.dense),
        lexical=round_score(hit.scores.lexical),
        reader=None if reader is None else round_score(reader),
    )

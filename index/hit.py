"""Hits, the results of a retrieval, and their scores."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from corpus.article import Article, Passage
from corpus.keyed import Keyed
from index.passage_text import PassageText, passage_text

_REMEMBERED = 1024
"""Passages whose text as it is read is kept for the next question that finds them: 4 MB."""


@dataclass(frozen=True, slots=True)
class Scores:
    """The raw scores that made a hit: `dense` is a cosine in [-1, 1], `lexical` a BM25 score >= 0.

    Both are always there: a passage found by one half only is scored by the other before they are fused.
    `reader` is the probability in [0, 1] that the passage answers, once somebody has read it.
    """

    dense: float
    lexical: float
    reader: float | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage, its article, and why it was found.

    `score` in [0, 1] ranks the hits of one search: the fused score, or once somebody has read them a probability.
    `copies` are the near-duplicates that were folded into this hit, best first.
    """

    passage: Passage
    article: Article
    score: float
    scores: Scores
    copies: tuple[Hit, ...] = ()

    @property
    def text(self) -> str:
        return self.article.text[self.passage.start : self.passage.end]

    @property
    def read(self) -> PassageText:
        """The passage as it is read: rows of tables with their heads, and no furniture."""
        return _read(Keyed((self.passage.id, self.article.content_hash, self.article.read_by), self))


@lru_cache(_REMEMBERED)
def _read(hit: Keyed[Hit]) -> PassageText:
    passage = hit.value.passage
    return passage_text(hit.value.article, passage.start, passage.end)

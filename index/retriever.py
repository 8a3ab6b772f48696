"""Retrieval: search by vectors and by words, fused into one order, with near-duplicates folded together."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import islice
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np

from corpus.article import ArticleFilter, Passage
from corpus.store.protocols import Store
from corpus.text.language import likely_language
from index.article_cache import ArticleCache
from index.candidates import Ranked, find_candidates, over_fetched
from index.collapse import collapse
from index.encoders.encoder import Encoder, Vector, Vectors
from index.encoders.multilingual_encoder import MULTILINGUAL
from index.fusion import fuse
from index.hit import Hit, Scores
from index.options import RetrievalOptions
from index.spelling import Spelling
from index.vectors.protocols import VectorIndex
from index.vectors.stored_vectors import stored_vectors
from index.words.protocols import WordIndex

if TYPE_CHECKING:
    from index.live import LiveIndex, Progress

_LOOK_AHEAD = 20
"""Hits read beyond what was asked for: copies of better ones fold away, and want to be listed."""

_MOST_TRIES = 5
"""Searches before one is taken in whose middle something was committed again; a search takes 15 ms."""

_REMEMBERED_QUESTIONS = 1024
"""1.5 MB of vectors. Searching and reading ask for the same one, and so do readers."""

_LOOKED_AT_FOR_A_FORM = 50
"""Passages: a form that none of so many has is a rare one, and hardly what was meant."""

_EVERYTHING = ArticleFilter()


@dataclass(frozen=True, slots=True)
class RetrievalResult:
    """`hits` are best first. `generation` is what was searched (None: vectors in memory).

    `fallback` says that it is not the live one, because that is damaged.
    """

    hits: tuple[Hit, ...]
    generation: str | None
    fallback: bool


class Retriever:
    """Safe to use from several threads, while articles are added, replaced and deleted."""

    def __init__(self, store: Store, encoder: Encoder, live: LiveIndex, options: RetrievalOptions) -> None:
        self._store = store
        self._encoder = encoder
        self._live = live
        self._options = options
        self._articles = ArticleCache(store)
        self._vectors = lru_cache(_REMEMBERED_QUESTIONS)(self._embed)
        self._retrievals, self._counting = 0, Lock()
        self._spelling = Spelling(self.rarity, lambda word: encoder.count_tokens(word) == 1, self._is_written)

    def retrieve(self, question: str, wanted: ArticleFilter = _EVERYTHING, limit: int = 10) -> RetrievalResult:
        """Return at most `limit` hits from articles that match, best first, whether they answer or not."""
        with self._counting:
            self._retrievals += 1
        vector = self.question_vector(question)
        for _ in range(_MOST_TRIES):
            vectors = self._live.vectors()
            result = self._retrieve(question, vector, vectors, wanted, limit)
            # An article that was replaced meanwhile was hidden as it was before, and not yet looked for as it is now.
            self._live.catch_up()
            if self._live.vectors() is vectors:
                break
        return result

    def _retrieve(
        self, question: str, vector: Vector, vectors: VectorIndex, wanted: ArticleFilter, limit: int
    ) -> RetrievalResult:
        words = self._live.words()
        by_meaning, by_words = partial(vectors.search, vector), partial(words.search, question)
        enough = max(self._options.candidates, limit)
        hits: list[Hit] = []
        for candidates in find_candidates(self._store, wanted, enough, [by_meaning, by_words]):
            scores = self._scores(candidates, vector, words, question)
            ranked = fuse(scores, self._options.dense_weight, self._in_another_language(question, candidates))
            hits = self._best_distinct(ranked, candidates, scores, limit)
            if len(hits) >= limit:
                break  # else copies of few stories are all that was found so far
        return RetrievalResult(tuple(hits), vectors.name, self._live.fallback)

    def _in_another_language(self, question: str, candidates: Mapping[str, Passage]) -> set[str]:
        """Return the ids of passages in another language than the question; none where the encoder knows but one."""
        if self._options.encoder != MULTILINGUAL:
            return set()
        asked = likely_language(question)
        articles = self._articles.articles({passage.article_id for passage in candidates.values()})
        texts = {
            id_: articles[passage.article_id].text[passage.start : passage.end]
            for id_, passage in candidates.items()
            if passage.article_id in articles
        }
        return {id_ for id_, text in texts.items() if likely_language(text) != asked}

    def mentioning(self, text: str, wanted: ArticleFilter, most: int) -> tuple[list[Hit], bool]:
        """Return the articles that match and have every content word of `text` in one passage, that with the best, and
        whether these are all.

        Best first, from the `most` passages of such articles that have the words best.
        """
        words = self._live.words()
        found = over_fetched(self._store, wanted, most + 1, [partial(words.with_all, text)])
        best: dict[str, Passage] = {}
        for passage in islice(found.values(), most):
            best.setdefault(passage.article_id, passage)
        return self._as_hits(best.values(), words.score(text, [one.id for one in best.values()])), len(found) <= most

    def openings(self, article_ids: Sequence[str]) -> list[Hit]:
        """Return these articles, as far as they are there, each with its first passage."""
        first: dict[str, Passage] = {}
        for passage in sorted(self._store.passages.of_articles(article_ids), key=lambda one: one.start):
            first.setdefault(passage.article_id, passage)
        return self._as_hits([first[id_] for id_ in article_ids if id_ in first], {})

    def _as_hits(self, passages: Collection[Passage], by_words: Mapping[str, float]) -> list[Hit]:
        """Return passages as hits of a search that weighed nothing; those of another version are left out."""
        candidates = {passage.id: passage for passage in passages}
        scores = {id_: Scores(dense=0.0, lexical=by_words.get(id_, 0.0)) for id_ in candidates}
        return list(self._hits([(id_, 0.0) for id_ in candidates], candidates, scores))

    def spelled(self, question: str) -> str:
        """Return the question with words that no passage has, as far as they are typing errors, corrected."""
        return self._spelling.corrected(question)

    def _is_written(self, word: str) -> bool:
        """Whether one of the passages that have `word`, in any form, best, or their titles, have it in this one."""
        in_this_form = re.compile(rf"\b{re.escape(word)}\b", re.IGNORECASE)
        hits, _ = self.mentioning(word, _EVERYTHING, _LOOKED_AT_FOR_A_FORM)
        return any(in_this_form.search(text) for hit in hits for text in (hit.article.title, hit.text))

    def sentence_vectors(self, hits: Sequence[Hit]) -> dict[str, Vectors]:
        """Return by passage id a row for each of `corpus.text.sentences.sentence_spans(hit.text)`, made at ingestion.

        Passages that were deleted or replaced since they were found are left out.
        """
        by_key = self._store.vectors.get_sentences(self._encoder.fingerprint, [hit.passage.vector_key for hit in hits])
        return {hit.passage.id: by_key[hit.passage.vector_key] for hit in hits if hit.passage.vector_key in by_key}

    def question_vector(self, question: str) -> Vector:
        """Return the vector of a question, made once for all who ask the same and shared: not to be written to."""
        return self._vectors(question)

    def remembered_questions(self) -> tuple[int, int]:
        """Return for how many retrievals the question's vector was there already, and for how many it was made."""
        made = self._vectors.cache_info().misses
        return max(0, self._retrievals - made), made

    def index_age_seconds(self) -> float | None:
        """Return the time since the live generation was built; None when there is none."""
        return self._live.age_seconds()

    def index_progress(self) -> Progress:
        """Return how far what is searched follows what is stored."""
        return self._live.progress()

    def _embed(self, question: str) -> Vector:
        vector = self._encoder.embed_question(question)
        vector.flags.writeable = False
        return vector

    def rarity(self, terms: Collection[str]) -> dict[str, float]:
        """Return BM25's inverse document frequency, > 0, of each of these `content_terms` that some passage has."""
        return self._live.words().rarity(terms)

    def _scores(
        self, candidates: Mapping[str, Passage], vector: Vector, words: WordIndex, question: str
    ) -> dict[str, Scores]:
        """Return both raw scores of every candidate, whichever index found it; 0 where an index has none yet."""
        ids, rows = stored_vectors(self._store, self._encoder.fingerprint, list(candidates.values()))
        # Row by row: a matrix product rounds a row by where it stands, and equal passages would change places.
        cosines = dict(zip(ids, np.einsum("ij,j->i", rows, vector).tolist(), strict=True)) if ids else {}
        by_words = words.score(question, candidates.keys())
        return {id_: Scores(dense=cosines.get(id_, 0.0), lexical=by_words[id_]) for id_ in candidates}

    def _best_distinct(
        self, ranked: Ranked, candidates: Mapping[str, Passage], scores: Mapping[str, Scores], limit: int
    ) -> list[Hit]:
        """Read no more articles than it takes to have `limit` hits that are no copies of each other."""
        read = limit + _LOOK_AHEAD
        while True:
            hits = collapse(self._hits(ranked[:read], candidates, scores))
            if len(hits) >= limit or read >= len(ranked):
                return hits[:limit]
            read *= 2

    def _hits(self, ranked: Ranked, candidates: Mapping[str, Passage], scores: Mapping[str, Scores]) -> Iterator[Hit]:
        articles = self._articles.articles({candidates[id_].article_id for id_, _ in ranked})
        for id_, score in ranked:
            passage = candidates[id_]
            article = articles.get(passage.article_id)
            # Another version may have come since the passage was found; its offsets are not that text's.
            if article is not None and article.content_hash == passage.content_hash:
                yield Hit(passage, article, score, scores[id_])

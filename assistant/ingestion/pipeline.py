"""The one way in: what every article goes through, whether a command read it from a disk or somebody posted it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from time import monotonic

from corpus.article import Action, Article, Outcome, Passage, SplitArticle
from corpus.store import DataFolder
from corpus.store.identity import StoredArticle, decide_action
from corpus.store.protocols import Store
from index.backends import word_writer
from index.child_process import OnProgress
from index.embedding import A_STEP, OnStep, embed_new_passages, embed_passages
from index.encoders.encoder import Encoder
from index.maintenance import index_passages, index_words, is_embedded_by
from index.passage_text import embedded_text
from index.splitter import PassageSplitter

_ARTICLES_AT_ONCE = 64
"""Of what was left over; articles may be long."""

Commit = Callable[[Sequence[SplitArticle]], list[Outcome]]
"""Stores articles with their passages in one transaction; one outcome each, in their order."""


class Pipeline:
    """Makes articles findable in the data folder that `store` writes; held by one thread.

    Passages are embedded `step` by `step`. `on_step` hears of how many each was, 0 before the first; what it raises
    ends what is under way, and is what a stop looks like. What was embedded is kept then, as by a kill; nothing else.
    """

    def __init__(
        self,
        store: Store,
        data: DataFolder,
        encoder: Encoder,
        splitter: PassageSplitter,
        on_step: OnStep | None = None,
        step: int = A_STEP,
    ) -> None:
        self.store = store
        self._data = data
        self._encoder = encoder
        self._splitter = splitter
        self._on_step = on_step or (lambda _: None)
        self._step = step
        self.embedded = 0
        self.embedding_seconds = 0.0

    def take(self, articles: Sequence[Article], commit: Commit | None = None) -> list[Outcome]:
        """Make articles findable, all of them in one moment; what they replace is found until then."""
        stored = self.store.articles.stored([article.id for article in articles])
        split = self._split(articles, stored)
        self._embed(split)
        self._announce_words(split, stored)
        return (commit or self._commit)(split)

    def finish_left_over(self) -> Iterator[None]:
        """Make findable what is stored and is not found as it should be; yields after each batch.

        That is what a writer of an older version left when it was killed, and what was split by other rules or
        embedded by another encoder: with the same encoder it is found as it was until it is replaced.
        """
        waiting = self.store.passages.articles_to_split(self._splitter.fingerprint)
        for start in range(0, len(waiting), _ARTICLES_AT_ONCE):
            ids = waiting[start : start + _ARTICLES_AT_ONCE]
            articles = self.store.articles.get_many(ids).values()
            split = [SplitArticle(article, self._splitter.split(article)) for article in articles]
            self._embed(split)
            self._announce_words(split, self.store.articles.stored(ids))
            passages = {one.article.id: one.passages or () for one in split}
            self.store.passages.put(self._splitter.fingerprint, passages)
            yield
        with self._timed():
            embed_new_passages(self.store, self._encoder, self._note_step, self._step)

    def index_words(self) -> None:
        """Have what was committed found by its words, too: 40 ms, now and then a second."""
        index_words(self.store, self._data)

    def complete(self, rebuild: bool = False, on_build: OnProgress | None = None) -> None:
        """Make all that is stored findable, in a generation that holds all of it; what is current stays.

        With `rebuild` words and generation are made anew from the stored vectors. Raises `GenerationBuildFailed`;
        what was found before is still found then. `on_build` hears how many passages are in, and of how many.
        """
        for _ in self.finish_left_over():
            pass
        index_passages(self.store, self._data, self._encoder.fingerprint, on_build, rebuild)

    def _split(self, articles: Sequence[Article], stored: dict[str, StoredArticle]) -> list[SplitArticle]:
        times = Counter(article.id for article in articles)
        return [
            SplitArticle(
                article,
                self._splitter.split(article)
                # Of one that comes twice nobody knows yet what the second will meet.
                if times[article.id] > 1 or self._is_needed(article, stored.get(article.id))
                else None,
            )
            for article in articles
        ]

    def _is_needed(self, article: Article, stored: StoredArticle | None) -> bool:
        """Whether its passages are to be made: not of what is stored with them already, nor of what will be refused."""
        action = decide_action(article, stored, duplicate_of=None).action
        if action is Action.UNCHANGED:
            return stored is not None and stored.split_by != self._splitter.fingerprint
        return action is not Action.CONFLICT

    def _embed(self, split: Sequence[SplitArticle]) -> None:
        """Store the vectors under the hashes of their texts, where nobody finds them before the passages are there."""
        with self._timed():
            embed_passages(self.store, self._encoder, _texts(split), self._note_step, self._step)

    def _announce_words(self, split: Sequence[SplitArticle], stored: Mapping[str, StoredArticle]) -> None:
        """Have the words of what replaces something in the index before the commit, so that it is not missed a moment.

        What is new is taken in after it, with all else that changed.
        """
        findable = {id_ for id_, known in stored.items() if known.split_by is not None}
        coming = list(_texts([one for one in split if one.article.id in findable]))
        if coming:
            index_words(self.store, self._data, coming)

    def _commit(self, split: Sequence[SplitArticle]) -> list[Outcome]:
        return self.store.articles.put(self._splitter.fingerprint, split)

    def _note_step(self, passages: int) -> None:
        self.embedded += passages
        self._on_step(passages)

    @contextmanager
    def _timed(self) -> Iterator[None]:
        # A stop that came while nothing was embedded is noticed here.
        self._on_step(0)
        started = monotonic()
        try:
            yield
        finally:
            self.embedding_seconds += monotonic() - started


def has_left_over(store: Store, data: DataFolder, encoder: Encoder, splitter: PassageSplitter) -> bool:
    """Whether anything that is stored is not found as it should be, and this encoder may mend that."""
    return is_embedded_by(store, encoder.fingerprint) and (
        word_writer(data).is_behind(store)
        or bool(store.passages.articles_to_split(splitter.fingerprint))
        or bool(store.passages.without_vector(encoder.fingerprint))
    )


def _texts(split: Sequence[SplitArticle]) -> Iterator[tuple[Passage, str]]:
    """Each passage with its embedded text."""
    for one in split:
        for passage in one.passages or ():
            yield passage, embedded_text(one.article.title, one.article.text[passage.start : passage.end])

"""The one way in: what every article goes through, whether a command read it from a disk or somebody posted it."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from time import monotonic
from typing import TypeVar

from corpus.article import Action, Article, Outcome, Passage, SplitArticle
from corpus.errors import CorpusError
from corpus.store import DataFolder
from corpus.store.disk import refuse_when_full
from corpus.store.identity import StoredArticle, decide_action
from corpus.store.protocols import Store
from index.backends import word_writer
from index.child_process import OnProgress
from index.embedding import A_STEP, Embedded, embed_passages, keep_embedded
from index.encoders.encoder import Encoder
from index.errors import IndexRoomError, ModelRunFailed
from index.maintenance import index_passages, index_words, is_embedded_by
from index.passage_text import EmbeddedText, embedded_text
from index.splitter import PassageSplitter

_logger = logging.getLogger(__name__)

_T = TypeVar("_T")

_ARTICLES_AT_ONCE = 256
_CHARACTERS_AT_ONCE = 250_000
"""Some ten seconds of embedding, after which what was taken in is committed and said; never less than one article."""

OnStep = Callable[[int], object]
"""Called after each step with how many vectors of passages it stored. What it raises ends the embedding."""

Commit = Callable[[Sequence[SplitArticle]], list[Outcome]]
"""Stores articles with their passages in one transaction; one outcome each, in their order."""


class Stopped(Exception):
    """The process was told to end; what was embedded so far is kept."""


class Pipeline:
    """Makes articles findable in the data folder that `store` writes; held by one thread.

    Passages are embedded `step` by `step`. `on_step` hears of how many each was, 0 before the first, and raises
    `Stopped` to end what is under way. What was embedded is kept then, as by a kill; nothing else. `given_up` are ids
    of articles that were left over and could not be finished, to be left alone; more are added. One that indexes no
    words leaves them to whoever follows the store.
    """

    def __init__(
        self,
        store: Store,
        data: DataFolder,
        encoder: Encoder,
        splitter: PassageSplitter,
        on_step: OnStep | None = None,
        step: int = A_STEP,
        given_up: set[str] | None = None,
        indexes_words: bool = True,
    ) -> None:
        self.store = store
        self._data = data
        self.encoder = encoder
        self._splitter = splitter
        self._on_step = on_step or (lambda _: None)
        self._step = step
        self._given_up = set() if given_up is None else given_up
        self._indexes_words = indexes_words
        self.embedded = 0
        self.embedding_seconds = 0.0

    def take(self, articles: Sequence[Article], commit: Commit | None = None) -> list[Outcome]:
        """Make articles findable, all of them in one moment; what they replace is found until then.

        Raises DataFolderFull before it writes when only as much space is left as deleting may need.
        """
        if self._indexes_words:  # or nothing is written to a disk of this machine
            refuse_when_full(self._data.path)
        stored = self.store.articles.stored([article.id for article in articles])
        split = self._split(articles, stored)
        with self.store.vectors.keeping():
            for _ in self._embed(split):
                pass
            self._announce_words(split, stored)
            return (commit or self._commit)(split)

    def keep(self, embedded: Embedded) -> None:
        """Store vectors that were made elsewhere, of articles that are taken after it."""
        keep_embedded(self.store, self.encoder.fingerprint, embedded)
        self.embedded += len(embedded.keys)
        self._on_step(len(embedded.keys))

    def finish_left_over(self) -> Iterator[None]:
        """Make findable what is stored and is not found as it should be; yields after each step.

        That is what a writer left when it was killed, and what was split by other rules or embedded by another
        encoder: with the same encoder it is found as it was until it is replaced. What fails is logged and given up,
        and the rest goes on.
        """
        self.index_words()
        for ids in self._left_over():
            yield from self._finish_whom_it_can(ids)

    def index_words(self) -> None:
        """Have what was committed found by its words, too: 40 ms, now and then a second."""
        if self._indexes_words:
            index_words(self.store, self._data)

    def complete(self, rebuild: bool = False, on_build: OnProgress | None = None) -> None:
        """Make all that is stored findable, in a generation that holds all of it; what is current stays.

        With `rebuild` words and generation are made anew from the stored vectors. Raises `GenerationBuildFailed`;
        what was found before is still found then. `on_build` hears how many passages are in, and of how many.
        """
        for _ in self.finish_left_over():
            pass
        index_passages(self.store, self._data, self.encoder.fingerprint, on_build, rebuild)

    def _left_over(self) -> Iterator[list[str]]:
        """Ids of articles, of as many together as may be held at once."""
        passages = self.store.passages
        to_finish = passages.articles_to_split(self._splitter.fingerprint)
        to_finish += passages.articles_to_embed(self.encoder.fingerprint)
        waiting = [id_ for id_ in dict.fromkeys(to_finish) if id_ not in self._given_up]
        for start in range(0, len(waiting), _ARTICLES_AT_ONCE):
            stored = self.store.articles.stored(waiting[start : start + _ARTICLES_AT_ONCE])
            for batch in batches(stored.values(), lambda one: one.summary.characters):
                yield [one.summary.id for one in batch]

    def _finish_whom_it_can(self, ids: Sequence[str]) -> Iterator[None]:
        try:
            yield from self._finish(ids)
            return
        except Exception as error:
            if not is_fault_of_an_article(error):
                raise
            if len(ids) == 1:
                self._give_up(ids[0], error)
                return
        for id_ in ids:
            yield from self._finish_whom_it_can([id_])

    def _give_up(self, article_id: str, error: Exception) -> None:
        _logger.warning("Article %s cannot be made findable: %r", article_id, error)
        self._given_up.add(article_id)
        if self.store.passages.articles_to_embed(self.encoder.fingerprint, [article_id]):
            # Passages without vectors would keep every generation from being built.
            self.store.passages.put("", {article_id: ()})

    def _finish(self, ids: Sequence[str]) -> Iterator[None]:
        articles = self.store.articles.get_many(ids)
        split = [SplitArticle(article, self._splitter.split(article)) for article in articles.values()]
        for _ in self._embed(split):
            yield
            if not self._are_current(articles):
                return  # whoever looks next begins with what there is then
        self._announce_words(split, self.store.articles.stored(ids))
        self.store.passages.put(self._splitter.fingerprint, {one.article.id: one.passages or () for one in split})
        yield

    def _are_current(self, articles: Mapping[str, Article]) -> bool:
        """Whether nobody updated or deleted one of them since they were read."""
        stored = self.store.articles.stored(articles)
        return {id_: one.content_hash for id_, one in articles.items()} == {
            id_: one.summary.content_hash for id_, one in stored.items()
        }

    def _split(self, articles: Sequence[Article], stored: Mapping[str, StoredArticle]) -> list[SplitArticle]:
        times = Counter(article.id for article in articles)
        lacking = set(self.store.passages.articles_to_embed(self.encoder.fingerprint, times.keys()))

        def is_needed(article: Article) -> bool:
            """Whether its passages are to be made: not of what will be refused, nor of what is found already."""
            known = stored.get(article.id)
            action = decide_action(article, known, duplicate_of=None).action
            if action is Action.UNCHANGED and known is not None and times[article.id] == 1:
                return known.split_by != self._splitter.fingerprint or article.id in lacking
            # Of one that comes twice nobody knows yet what the second will meet, unless that is refused.
            return action is not Action.CONFLICT

        return [
            SplitArticle(article, self._splitter.split(article) if is_needed(article) else None) for article in articles
        ]

    def _embed(self, split: Sequence[SplitArticle]) -> Iterator[None]:
        """Store the vectors under the hashes of their texts, where nobody finds them before the passages are there.

        Yields after each step.
        """
        self._on_step(0)  # a stop that came while nothing was embedded is noticed here
        started = monotonic()
        for passages in embed_passages(self.store, self.encoder, embedded_texts(split), self._step):
            self.embedded += passages
            self.embedding_seconds += monotonic() - started
            self._on_step(passages)
            yield
            started = monotonic()

    def _announce_words(self, split: Sequence[SplitArticle], stored: Mapping[str, StoredArticle]) -> None:
        """Have the words of what replaces something in the index before the commit, so that it is not missed a moment.

        What is new is taken in after it, with all else that changed.
        """
        findable = {id_ for id_, known in stored.items() if known.split_by is not None}
        coming = list(embedded_texts([one for one in split if one.article.id in findable]))
        if coming and self._indexes_words:
            index_words(self.store, self._data, coming)

    def _commit(self, split: Sequence[SplitArticle]) -> list[Outcome]:
        return self.store.articles.put(self._splitter.fingerprint, split)


def has_left_over(
    store: Store,
    data: DataFolder | None,
    encoder: Encoder,
    splitter: PassageSplitter,
    since: int = 0,
    given_up: frozenset[str] | set[str] = frozenset(),
) -> bool:
    """Whether anything that is stored is not found as it should be, and this encoder may repair that.

    Articles are looked at that changed after the `seq` `since`; one more than were `given_up` is enough to know.
    Without `data`, a folder with an index, words are not looked at.
    """

    def is_any_left(ids: list[str]) -> bool:
        return not given_up.issuperset(ids)

    if not is_embedded_by(store, encoder.fingerprint):
        return False
    passages, most = store.passages, len(given_up) + 1
    return (
        (data is not None and word_writer(data).is_behind(store))
        or is_any_left(passages.articles_to_split(splitter.fingerprint, since, most))
        or is_any_left(passages.articles_to_embed(encoder.fingerprint, since=since, most=most))
    )


def is_fault_of_an_article(error: Exception) -> bool:
    """Whether it is no stop, and nothing that passes when the machine has memory and disk, or its upgrade is over."""
    if isinstance(error, ModelRunFailed):
        return not isinstance(error.__cause__, MemoryError)
    return not isinstance(error, (Stopped, CorpusError, IndexRoomError, OSError, MemoryError, ImportError))


def batches(items: Iterable[_T], characters: Callable[[_T], int]) -> Iterator[list[_T]]:
    """Divide articles, or what stands for them, into as many together as may be held at once."""
    batch: list[_T] = []
    held = 0
    for item in items:
        batch.append(item)
        held += characters(item)
        if len(batch) >= _ARTICLES_AT_ONCE or held >= _CHARACTERS_AT_ONCE:
            yield batch
            batch, held = [], 0
    if batch:
        yield batch


def embedded_texts(split: Iterable[SplitArticle]) -> Iterator[tuple[Passage, EmbeddedText]]:
    """Each passage with its embedded text."""
    for one in split:
        for passage in one.passages or ():
            yield passage, embedded_text(one.article, passage.start, passage.end)

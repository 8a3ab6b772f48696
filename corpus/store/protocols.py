"""Protocols that a database implements to be the source of truth: `corpus.store.sqlite` and `corpus.store.postgres`.

A store is a few small ones over one database. Every method is one transaction: what a writing method has returned
from survives the death of the process, and what it raised in has changed nothing. Everything may raise
DataFolderUnusable (disk full, read-only or damaged) and DataFolderBusy. On a store that was opened for reading,
writing raises RuntimeError, except `JobStore.accept` and `retry`, and all of `SourceStore` and `WatchStore`. All of it
may be used from several threads.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import NewType, Protocol, Self

import numpy as np
from numpy.typing import NDArray

from corpus.article import (
    Action,
    Article,
    ArticleFilter,
    ArticleSummary,
    Change,
    Coverage,
    Outcome,
    Overview,
    Passage,
    SplitArticle,
    Version,
)
from corpus.generation_record import GenerationRecord
from corpus.job import Job, JobKind, PostedSource, ReadSource, WaitingJob, WaitingSource
from corpus.store.identity import StoredArticle
from corpus.store.source_protocol import SourceStore
from corpus.store.watch_protocol import WatchStore

ChangeMark = NewType("ChangeMark", str)
"""A state of passages and vectors, to be compared for equality; what it is made of is the database's affair."""


class ChangeLog(Protocol):
    """The numbered changes that readers and indexes follow."""

    def seq(self) -> int:
        """Return the number of the newest change (an article put, split or deleted); it grows only, from 0."""

    def since(self, seq: int) -> list[Change]:
        """Return what changed after `seq`: one change per article, its newest, in the order of the changes."""

    def has_deletions_since(self, seq: int) -> bool:
        """Whether articles were purged after `seq`: what was built up to there may still hold their words."""

    def mark(self) -> ChangeMark:
        """Return a mark that is another whenever passages or their vectors came or went; below 1 ms at any size."""


class ArticleStore(Protocol):
    """Articles with all their versions. Those outside the bounds of `Store.within` are not there to be read."""

    def get(self, article_id: str, content_hash: str | None = None) -> Article:
        """Return the current version, or the one with this hash. Raises UnknownArticle when there is none."""

    def get_many(self, ids: Collection[str]) -> dict[str, Article]:
        """Return current versions by id; ids without an article are left out."""

    def count(self, wanted: ArticleFilter | None = None) -> int:
        """Count the articles that match; all of them without a filter."""

    def newest(
        self, limit: int, skip: int = 0, contains: str | None = None, wanted: ArticleFilter | None = None
    ) -> list[ArticleSummary]:
        """Return articles, newest first, undated ones last; `contains` is looked for in title and publisher."""

    def versions(self, article_id: str) -> list[Version]:
        """Return all texts that the article has had, newest first; none for an unknown article."""

    def coverage(self, wanted: ArticleFilter | None = None) -> Coverage:
        """Return what the articles that match cover, in counts, names and dates."""

    def overview(self, most_publishers: int | None, wanted: ArticleFilter | None = None) -> Overview:
        """Count the articles that match, with the `most_publishers` largest publishers; None: with all."""

    def origins_under(self, root: Path) -> dict[str, str]:
        """Return origin and id of all articles that were read from `root`, a file, or from below it; no bounds."""

    def stored(self, ids: Collection[str]) -> dict[str, StoredArticle]:
        """Return the current versions as `put` will find them; ids without an article are left out. No bounds."""

    def read_otherwise(self, reader: str) -> dict[str, str]:
        """Return id and origin of the articles whose current text another reader than `reader` made. No bounds."""

    def posted_source(self, article_id: str) -> PostedSource | None:
        """Return what the article was made of as it was sent; None when it was not, or before this was kept."""

    def put(self, splitter: str, offered: Sequence[SplitArticle]) -> list[Outcome]:
        """Take articles in, with the passages that `splitter` (a fingerprint) made of them, in one transaction.

        One outcome each, in their order, as `corpus.store.identity.decide_action` says; what changes an article gets a
        `seq` of its own. The vectors of the passages should be stored already, so that they are found from this moment
        on; what an article had before is found until then.
        """

    def delete(self, article_ids: Collection[str]) -> int:
        """Purge articles: every version, their passages, and all vectors that no passage needs.

        Returns how many there were. A change that says so stays. Their text is gone from the disk when this
        returns, which may rewrite whole files: delete many at once rather than one by one. From a shared database it is
        gone for whoever asks; what its server's files, log and backups keep of it is the server's affair.
        """

    # Last, because it hides the type of that name in what follows it.
    def list(
        self,
        after: str | None = None,
        limit: int = 50,
        publisher: str | None = None,
        contains: str | None = None,
        wanted: ArticleFilter | None = None,
    ) -> Sequence[ArticleSummary]:
        """Return at most `limit` articles that match, ordered by id, starting behind the id `after`.

        `contains` is looked for in titles; capital ASCII letters equal small ones.
        """


class PassageStore(Protocol):
    """Passages of the current versions. What an update or a deletion made stale is never handed out."""

    def count(self, since: int | None = None) -> int:
        """Count passages; with `since`, of the articles that changed after this `seq`."""

    def get_many(self, ids: Collection[str], wanted: ArticleFilter | None = None) -> dict[str, Passage]:
        """Return passages of articles that match, by id; without deleted and replaced ones, which an index may find."""

    def matching(self, wanted: ArticleFilter, most: int) -> list[Passage] | None:
        """Return the passages of all articles that match, in no order; None when either are more than `most`."""

    def of_articles(self, article_ids: Collection[str]) -> list[Passage]:
        """Return the passages of these articles, in the order they were put."""

    def all(self, until: int | None = None) -> list[Passage]:
        """Return all in the order they were put; with `until`, of the articles that did not change after this `seq`."""

    def without_vector(self, fingerprint: str) -> list[Passage]:
        """Return those that this encoder still has to embed, in the order they were put; vector keys may repeat."""

    def embedded_since(self, fingerprint: str, seq: int) -> list[Passage]:
        """Return those of the articles that changed after `seq`, as far as they have a vector from this encoder."""

    def articles_to_split(self, splitter: str, since: int = 0, most: int | None = None) -> list[str]:
        """Return ids of the articles that `splitter` (a fingerprint) has not split since they were put, in order.

        At most `most`, of those that changed after the `seq` `since`.
        """

    def articles_to_embed(
        self, fingerprint: str, ids: Collection[str] | None = None, since: int = 0, most: int | None = None
    ) -> list[str]:
        """Return ids of the articles of which a passage lacks its vector from this encoder, in order.

        At most `most`, of those that changed after the `seq` `since`, and with `ids` of these alone.
        """

    def count_unfindable_articles(self) -> int:
        """Count articles that are stored and not found, or not whole: without passages, or without the vector of one.

        A writer of an older version left them when it was killed. The vector may be of any encoder.
        """

    def oldest_unfindable_article(self) -> datetime | None:
        """Return when the first of those was stored (UTC); None when there is none."""

    def put(self, splitter: str, passages: Mapping[str, Sequence[Passage]]) -> None:
        """Replace the passages of each article (by id) with these, which `splitter` made; all or none.

        An article that was deleted or got another text since it was read is left for the next split. Each of
        the others has changed by it.
        """


class VectorStore(Protocol):
    """Vectors by encoder fingerprint and `Passage.vector_key`, so that nothing is embedded twice.

    Rounded to float16, so that a length of 1 is kept to three places.
    """

    def keeping(self) -> AbstractContextManager[None]:
        """Within this, no deletion by another writer purges vectors that were put and have no passage yet."""

    def encoders(self) -> list[str]:
        """Return the fingerprints of the encoders that vectors are stored of, the first used first."""

    def get(self, fingerprint: str, keys: Sequence[str]) -> dict[str, NDArray[np.float32]]:
        """Return vectors by key, each of shape (dimension,); keys without one are left out."""

    def get_sentences(self, fingerprint: str, keys: Sequence[str]) -> dict[str, NDArray[np.float32]]:
        """Return vectors of the sentences of passages, each of shape (sentences, dimension), in the passage's order."""

    def put(
        self,
        fingerprint: str,
        keys: Sequence[str],
        vectors: NDArray[np.float32],
        sentences: Sequence[NDArray[np.float32]] = (),
    ) -> None:
        """Store row i of `vectors`, shape (len(keys), dimension), under `keys[i]`; all or none.

        `sentences[i]`, shape (sentences of passage i, dimension), is kept beside it; () when none have any.
        """


class GenerationStore(Protocol):
    """The generations of the vector index that may be used: the live one, and the one before it.

    Where the store is shared they are this machine's own, as each builds its index from what is stored; but those on a
    server of vectors are everybody's.
    """

    def owner(self) -> str:
        """Return what tells this store from every other, except from its copies."""

    def live(self) -> GenerationRecord | None:
        """Return the live generation; None before the first is published and after the last was withdrawn."""

    def kept(self) -> list[GenerationRecord]:
        """Return the live generation and then the previous one; either may be missing."""

    def publish(self, name: str, seq: int, encoder: str) -> list[str]:
        """Make a finished generation the live one, and the one that was live the previous.

        Returns the names that are kept no longer: their folders may go. Nothing happens when it is live.
        """

    def withdraw(self, name: str) -> None:
        """Stop using a generation, because it is damaged; the other one, if kept, is live then."""


class JobStore(Protocol):
    """The queue of what was posted. Any process may add a job; only the writer deals with them, in order.

    Where several writers share the store, each takes the first that no other has, and gives it back when it is
    finished, or when the writer is closed or dies. None is taken from behind a deletion that is not done.
    """

    def accept(self, kind: JobKind, sources: Sequence[PostedSource], key: str | None = None) -> Job:
        """Queue a job; it is on the disk when this returns.

        The same sources under the same idempotency `key` within `KEY_LIFETIME` are the same job. Raises `KeyReused`
        for other ones, and `QueueFull`.
        """

    def repeated(self, key: str, kind: JobKind, sources: Sequence[PostedSource]) -> Job | None:
        """Return the job that `accept` would find under this key; None when it would make one. Raises `KeyReused`."""

    def get(self, job_id: str) -> Job:
        """Raise `UnknownJob` when there is none, or it was done long ago."""

    def outcomes(self, number: int) -> dict[int, Outcome]:
        """Return the outcome of each source that is dealt with already, by position, in order."""

    def next(self, after: int = 0) -> Job | None:
        """Return the first that is not finished, of those with a number behind `after`."""

    def take(self, after: int = 0) -> Job | None:
        """Return the first that is not finished and that no other writer has, of those with a number behind `after`.

        A job with sources is kept from other writers from now on; a deletion is not, and goes when it is due.
        """

    def take_left_over(self) -> bool:
        """Whether this writer is the one that finishes what others left, until it is closed."""

    def is_any_free(self) -> bool:
        """Whether a writer that looks now finds a job, or a deletion that is due, which no other has."""

    def count_unfinished(self) -> int:
        """Count jobs that wait or are being dealt with."""

    def oldest_unfinished(self) -> datetime | None:
        """Return when the first of those was accepted (UTC); None when there is none."""

    def count_outcomes(self) -> dict[Action, int]:
        """Count how many sources of the jobs that are kept had each outcome."""

    def waiting(self) -> list[WaitingJob]:
        """Return all that are not done, in order, those with sources in quarantine among them."""

    def count_quarantined(self) -> int:
        """Count sources in quarantine."""

    def quarantine(self, number: int, position: int) -> None:
        """Set a source aside, over which process after process ended, so that the others of its job go on."""

    def retry(self, job_id: str) -> int:
        """Queue again what of a job is in quarantine; returns how many sources. Raises `UnknownJob`."""

    def due_deletions(self) -> list[tuple[int, str]]:
        """Return job number and article id of each article that is to be deleted now, in order, and by no other writer.

        What is stored goes before whatever waits. What is not may be brought by a job before, which goes first.
        """

    def without_outdated(self, number: int, read: Sequence[ReadSource]) -> list[ReadSource]:
        """Reject, of what was read for a job, what later jobs have deleted or replaced.

        It comes late by a quarantine, or because several writers are at work.
        """

    def waiting_sources(self, number: int, most: int, most_bytes: int) -> list[WaitingSource]:
        """Return the next at most `most` sources of a job, the first and what else fits into `most_bytes`."""

    def begin(self, number: int) -> None:
        """Note that a process sets about the next sources of a job; `settle` or `excuse` notes that it came back."""

    def excuse(self, number: int) -> None:
        """Note that the process came back, without having dealt with anything, through no fault of the sources."""

    def note_progress(self, number: int) -> None:
        """Note that the process which began got on with the sources: what ended those before it is behind them."""

    def settle(self, number: int, read: Sequence[ReadSource], splitter: str, deaths: int = 0) -> list[Outcome]:
        """Take in what was read, with its passages, and note what became of it: all of it or nothing.

        The vectors of the passages should be stored already, so that they are found from this moment on. Nothing is
        left on the disk of what `is_deleted`. So many `deaths` remain noted of the job. Raises ChangedMeanwhile when
        another writer changed an article since its passages were found to be there already.
        """

    def note_articles(self, number: int, read: Sequence[ReadSource]) -> None:
        """Note which articles sources are for, so that a deletion finds them if they go to quarantine."""

    def begin_deletions(self, numbers: Collection[int]) -> None:
        """Note that a process sets about these jobs; articles that are not stored are noted as such.

        It is noted here, since nobody can tell any more once those that are stored were deleted. What is in quarantine
        for these articles is rejected.
        """

    def settle_deletions(self, numbers: Collection[int]) -> None:
        """Finish jobs that were begun and whose articles are gone; nothing of them is left on the disk."""

    def finish(self, numbers: Collection[int]) -> None:
        """Mark jobs as done, those with sources in quarantine as failed; none in which a retry made sources wait."""

    def forget_old(self) -> None:
        """Remove those that were finished more than `FINISHED_JOBS_KEPT` ago, none behind one that is not done.

        With sources in quarantine none is done, so what was asked for after them stays known to whoever retries them.
        """


class Store(Protocol):
    """The source of truth: whatever else the product keeps can be made again from it.

    Any number of readers, one writer. Open one with `corpus.store.open_store`, `open_store_writer` or
    `open_store_for_index`.
    """

    @property
    def changes(self) -> ChangeLog: ...
    @property
    def articles(self) -> ArticleStore: ...
    @property
    def passages(self) -> PassageStore: ...
    @property
    def vectors(self) -> VectorStore: ...
    @property
    def generations(self) -> GenerationStore: ...
    @property
    def jobs(self) -> JobStore: ...
    @property
    def sources(self) -> SourceStore: ...
    @property
    def watches(self) -> WatchStore: ...

    def within(self, bounds: ArticleFilter) -> Self:
        """Return this store with `articles` of which only those within `bounds` can be read; both close together.

        Bounds within bounds are narrower still. Changes, passages and origins are the writer's, and not bounded.
        """

    def close(self) -> None:
        """Give up connections and, for a writer, the lock. Closing twice does nothing."""

    def __enter__(self) -> Self: ...

    def __exit__(self, *_: object) -> None: ...

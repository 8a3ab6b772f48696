"""The one process that writes: works off the jobs that were posted, and builds generations when they are due.

    python: start_child("assistant.ingestion.ingester", settings.model_dump_json())

It may be killed at any moment: what it has not settled, the next one does.
"""

from __future__ import annotations

import logging
import os
import signal
from collections.abc import Sequence
from contextlib import suppress
from threading import Event, Thread
from time import monotonic

from assistant.settings import Settings
from corpus.errors import CorpusError, DataFolderBusy, UnreadableSource
from corpus.job import Job, JobKind, PostedSource, ReadSource, SourceKind, WaitingSource
from corpus.readers.posted import read_posted
from corpus.store import open_store, open_store_writer
from corpus.store.protocols import Store
from index.backends import vector_writer
from index.child_process import NICENESS, become_kept_child
from index.embedding import embed_new_passages
from index.encoders.encoder import Encoder
from index.encoders.load import load_encoder
from index.errors import IndexRoomError
from index.ingesting import index_words, is_build_due, prepare
from index.repair import has_to_purge, mend_words
from index.splitter import PassageSplitter
from index.update import split_new_articles

_logger = logging.getLogger(__name__)

_SECONDS_BETWEEN_LOOKS = 0.2
"""A look at the queue reads a row by an index, and counts what came since the last build: 0.5 ms."""

_SECONDS_AFTER_TROUBLE = 5.0
"""A full disk or a locked store is not mended sooner."""

_SECONDS_BETWEEN_BUILDS = 60.0
"""A build that fails (on a full disk, say) must not follow on itself; and what is searched exactly costs little."""

_SECONDS_BEFORE_PURGE = 60.0
"""A deletion is often followed by others, and one build purges them all. No search shows what waits for it."""

_ARTICLES_AT_ONCE = 16
_BYTES_AT_ONCE = 100_000
"""About three seconds of embedding on one core: how long a deletion or a stop may have to wait."""

_SECONDS_BETWEEN_WORDS = 1.0
"""Many small jobs share one update of the lexical index: 40 ms among 100,000 passages, now and then a second."""

_MOST_DEATHS = 5
"""Processes that one source may take with it before it is rejected; kills from outside hit the same one rarely."""

_DEADLY = "The process that ingests ended over it several times."
_DELETED_LATER = "It was deleted by a later request."
_UNREADABLE = "It cannot be read as an article."


class Ingester:
    """Works on one data folder, as its writer while there is work and as nobody in between."""

    def __init__(self, settings: Settings, encoder: Encoder | None = None) -> None:
        self._settings = settings
        self._encoder = encoder or load_encoder(settings.retrieval.encoder, settings.ingesting.threads)
        self._splitter = PassageSplitter(self._encoder, settings.retrieval)
        self._next_build = 0.0
        self._quiet_since = monotonic()
        self._watched: Store | None = None  # kept open, since it is looked at so often

    def warm_up(self) -> None:
        """Load what the first article would wait for: five seconds at low priority."""
        fields = b'{"title": "Warm up", "text": "One sentence. And another one."}'
        article, _ = read_posted(PostedSource("", SourceKind.FIELDS, fields), most_characters=100)
        self._splitter.split(article)
        self._encoder.embed_passages([article.text])

    def run(self, stop: Event) -> None:
        """Until `stop` is set, which is noticed between two batches."""
        while not stop.is_set():
            pause = _SECONDS_BETWEEN_LOOKS
            try:
                self.work_off(stop)
            except DataFolderBusy:
                pass  # another writer is at it, and the jobs wait
            except (CorpusError, IndexRoomError) as error:
                _logger.warning("Ingesting waits: %s", error)
                pause = _SECONDS_AFTER_TROUBLE
            except Exception:
                _logger.exception("Ingesting met something unexpected and goes on.")
                pause = _SECONDS_AFTER_TROUBLE
            if pause == _SECONDS_AFTER_TROUBLE:
                self._stop_watching()
            stop.wait(pause)
        self._stop_watching()

    def work_off(self, stop: Event) -> None:
        """Deal with all jobs that wait, and with the build that is due. Raises `DataFolderBusy`, or other trouble."""
        if not self._has_work():
            return
        with open_store_writer(self._settings.data_folder) as store:
            build: Thread | None = None
            try:
                while not stop.is_set():
                    self._work_off_jobs(store, stop)
                    if build is None and self._is_build_due(store):
                        build = self._start_build(store)
                    if build is None or not build.is_alive():
                        break
                    stop.wait(_SECONDS_BETWEEN_LOOKS)
            finally:
                # The folder stays ours for as long as something is written in it.
                if build is not None:
                    build.join()

    def _stop_watching(self) -> None:
        if self._watched is not None:
            self._watched.close()
            self._watched = None

    def _has_work(self) -> bool:
        if self._watched is None:
            self._watched = open_store(self._settings.data_folder)
        return self._watched.jobs.next() is not None or self._is_build_due(self._watched)

    def _work_off_jobs(self, store: Store, stop: Event) -> None:
        settled: list[int] = []
        told = monotonic()
        while not stop.is_set():
            self._delete(store)
            job = store.jobs.next(after=max(settled, default=0))
            if job is not None and job.kind is JobKind.INGEST:
                self._quiet_since = monotonic()
                if not self._take_some(store, job):
                    settled.append(job.number)
            # A deletion may wait for what was taken in before it.
            is_awaited = job is None or job.kind is JobKind.DELETE
            if settled and (is_awaited or monotonic() > told + _SECONDS_BETWEEN_WORDS):
                # Done means that its articles are found by their words, too.
                index_words(store, self._settings.data_folder)
                store.jobs.finish(settled)
                settled, told = [], monotonic()
            if job is None:
                store.jobs.forget_old()
                return

    def _delete(self, store: Store) -> None:
        """All that is due, whatever stands before it in the queue: one purge takes as long as many."""
        due = store.jobs.due_deletions()
        if due:
            self._quiet_since = monotonic()
            numbers = {number for number, _ in due}
            store.jobs.begin_deletions(numbers)
            store.articles.delete([article_id for _, article_id in due])
            index_words(store, self._settings.data_folder)
            store.jobs.settle_deletions(numbers)

    def _take_some(self, store: Store, job: Job) -> bool:
        """Deal with the next sources of a job; say whether there were any."""
        # After a death one by one, so that the source that was its cause takes no other with it.
        most = 1 if job.deaths else _ARTICLES_AT_ONCE
        waiting = store.jobs.waiting_sources(job.number, most, _BYTES_AT_ONCE)
        if not waiting:
            return False
        if job.deaths >= _MOST_DEATHS:
            read = [ReadSource(one.position, reason=_DEADLY) for one in waiting]
        else:
            store.jobs.begin(job.number)
            read = self._read_excusably(store, job, waiting)
        store.jobs.settle(job.number, read, self._splitter.fingerprint)
        return True

    def _read_excusably(self, store: Store, job: Job, waiting: Sequence[WaitingSource]) -> list[ReadSource]:
        try:
            return self._read(store, job, waiting)
        except (CorpusError, IndexRoomError):
            with suppress(CorpusError):
                store.jobs.excuse(job.number)
            raise

    def _read(self, store: Store, job: Job, waiting: Sequence[WaitingSource]) -> list[ReadSource]:
        """Read, split and embed; the vectors are stored, the articles not yet."""
        deleted = store.jobs.deleted_after(job.number)
        read = [self._read_one(one, deleted) for one in waiting]
        articles = {one.article.id: one.article for one in read if one.article is not None}
        # Of two with the same id in one batch the later one is what stays, but each has passages of its own.
        if len(articles) < sum(one.article is not None for one in read):
            return [part for one in waiting for part in self._read(store, job, [one])]
        passages = prepare(store, self._encoder, self._splitter, list(articles.values()))
        return [
            ReadSource(one.position, one.article, passages[one.article.id], warnings=one.warnings)
            if one.article is not None
            else one
            for one in read
        ]

    def _read_one(self, waiting: WaitingSource, deleted: set[str]) -> ReadSource:
        try:
            article, warnings = read_posted(waiting.source, self._settings.ingesting.max_article_characters)
        except UnreadableSource as error:
            return ReadSource(waiting.position, reason=_sentence(error.reason))
        except Exception:  # the readers' libraries meet what nobody foresaw, and the other articles go on
            _logger.exception("A posted article could not be read.")
            return ReadSource(waiting.position, reason=_UNREADABLE)
        if article.id in deleted:
            return ReadSource(waiting.position, reason=_DELETED_LATER)
        return ReadSource(waiting.position, article, warnings=tuple(_sentence(warning.reason) for warning in warnings))

    def _is_build_due(self, store: Store) -> bool:
        if monotonic() < self._next_build:
            return False
        if is_build_due(store, self._encoder.fingerprint):
            return True
        return monotonic() > self._quiet_since + _SECONDS_BEFORE_PURGE and has_to_purge(store)

    def _start_build(self, store: Store) -> Thread:
        """Build while jobs go on: what they add is searched beside the new generation, too."""
        self._next_build = monotonic() + _SECONDS_BETWEEN_BUILDS
        split_new_articles(store, self._splitter)  # what a killed command left
        embed_new_passages(store, self._encoder)
        mend_words(store, self._settings.data_folder)
        thread = Thread(target=self._build, args=(store,), name="build")
        thread.start()
        return thread

    def _build(self, store: Store) -> None:
        try:
            vector_writer(self._settings.data_folder).build(store, self._encoder.fingerprint)
        except (CorpusError, IndexRoomError) as error:
            _logger.warning("No new generation: %s", error)
        except Exception:
            _logger.exception("No new generation.")


def main() -> None:
    """What `start_child` runs. Stops after the batch under way when it is told to, at once when it is orphaned."""
    stop = Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    message = become_kept_child(when_orphaned=lambda: os._exit(1), niceness=NICENESS)
    logging.basicConfig(format="ingesting: %(message)s", level=logging.WARNING)
    ingester = Ingester(Settings.model_validate_json(message))
    ingester.warm_up()
    ingester.run(stop)


def _sentence(reason: str) -> str:
    return reason[:1].upper() + reason[1:]

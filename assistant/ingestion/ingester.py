"""The ingester: works off the jobs that were posted, and has the index kept up to date.

    python: start_child("assistant.ingestion.ingester", settings.model_dump_json())

It may be killed at any moment: what it has not settled, the next one does, and what a killed command left, too.
"""

from __future__ import annotations

import logging
import os
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from math import inf
from threading import Event, Thread
from time import monotonic, sleep
from typing import Protocol

from assistant.ingestion.begun import Begun
from assistant.ingestion.index_keeper import IndexKeeper
from assistant.ingestion.pipeline import Pipeline, Stopped, has_left_over
from assistant.ingestion.refresher import SourceRefresher
from assistant.settings import Settings
from assistant.watching.teller import Teller
from corpus.article import Outcome, SplitArticle
from corpus.audit import audit_outcomes, log_audits
from corpus.errors import ChangedMeanwhile, CorpusError, DataFolderBusy, UnreadableSource
from corpus.job import FIELDS, Job, JobKind, PostedSource, ReadSource, WaitingSource
from corpus.json_lines import json_handler
from corpus.readers.posted import read_posted
from corpus.store import open_bell, open_store, open_store_worker
from corpus.store.protocols import Store
from corpus.web.page import read_source
from index.child_process import NICENESS, become_kept_child
from index.encoders.encoder import Encoder
from index.encoders.load import load_encoder
from index.errors import IndexRoomError
from index.splitter import PassageSplitter

_logger = logging.getLogger(__name__)

_SECONDS_BETWEEN_LOOKS = 0.2
"""A look at the queue reads a row by an index, and counts what came since the last build: 0.5 ms."""

_SECONDS_AFTER_TROUBLE = 5.0
"""A full disk or a locked store is not mended sooner."""

_ARTICLES_AT_ONCE = 16
_BYTES_AT_ONCE = 100_000
"""About three seconds of embedding on one core: how long a deletion or a stop may have to wait."""

_SECONDS_TO_WARM_UP = 10.0
"""After the start, if nothing was to do: those who ask meanwhile, and those who only restart, keep the cores."""

_SECONDS_BETWEEN_WORDS = 1.0
"""Many small jobs share one update of the word index: 40 ms among 100,000 passages, now and then a second."""

_MOST_DEATHS = 5
"""Processes that one source may take with it before it goes to quarantine, none of which got any further with it than
the one before; kills from outside hit the same one rarely."""

_PASSAGES_A_STEP = 32
"""Two seconds of embedding on one core: what a stop waits for, and what a kill can lose of a long article."""

_SECONDS_TO_STOP = 3.0
"""For the step under way; whoever stops this process has little more patience."""

_UNREADABLE = "It cannot be read as an article."


Settle = Callable[[Sequence[ReadSource], Sequence[SplitArticle]], list[Outcome]]
"""Settles what was read, with the passages of those that are articles."""


class Manager(Protocol):
    """Whoever starts workers, and is told how this one is."""

    def ready(self) -> None:
        """It takes jobs from now on."""

    def alive(self) -> None:
        """It has come back from a look or a step; often many times a second."""

    def stopping(self) -> None:
        """It takes no more jobs, and ends."""


class Ingester:
    """Works on one data folder, as its writer while there is work and as nobody in between.

    Those of several machines that share a store are its writers together: each takes jobs that no other has, and keeps
    its own index. One may do either alone: that `takes_jobs` only needs no folder of its own.
    """

    def __init__(
        self,
        settings: Settings,
        encoder: Encoder | None = None,
        begun: Begun | None = None,
        takes_jobs: bool = True,
        keeps_index: bool = True,
        on_alive: Callable[[], None] = lambda: None,
    ) -> None:
        """`on_alive` is called whenever this has come back from a look or a step."""
        self._settings = settings
        self._encoder = encoder or load_encoder(settings.retrieval.encoder, settings.ingesting.threads)
        self._splitter = PassageSplitter(self._encoder, settings.retrieval)
        self._takes_jobs = takes_jobs
        self._task = "Ingesting" if takes_jobs else "Keeping the index"
        self._keeper = IndexKeeper(settings.data_folder, self._encoder.fingerprint) if keeps_index else None
        self._watched: Store | None = None  # kept open, since it is looked at so often
        self._seq_when_whole = 0
        self._next_left_over = 0.0
        self._given_up: set[str] = set()  # left-overs that could not be finished; the next process tries them again
        self._begun = begun or Begun()
        self._bell = open_bell(settings.data_folder)
        self._told = ""
        self._on_alive = on_alive

    def _warm_up(self) -> None:
        """Load what the first article would wait for: five seconds at low priority."""
        fields = b'{"title": "Warm up", "text": "One sentence. And another one."}'
        article, _ = read_posted(PostedSource("", FIELDS, fields), most_characters=100)
        self._splitter.split(article)
        self._encoder.embed_passages([article.text])

    def run(self, stop: Event) -> None:
        """Until `stop` is set, which is noticed after a step of a few seconds."""
        warm_up_at = monotonic() + _SECONDS_TO_WARM_UP if self._takes_jobs else inf
        while not stop.is_set():
            pause = _SECONDS_BETWEEN_LOOKS
            try:
                self.work_off(stop)
                if monotonic() >= warm_up_at:
                    warm_up_at = inf
                    self._warm_up()
                self._told = ""
            except (DataFolderBusy, Stopped):
                pass  # another writer is at it, or the next process will be, and the jobs wait
            except (CorpusError, IndexRoomError, OSError) as error:
                self._tell(error)
                pause = _SECONDS_AFTER_TROUBLE
            except Exception:
                _logger.exception("%s met something unexpected and goes on.", self._task)
                pause = _SECONDS_AFTER_TROUBLE
            if pause == _SECONDS_AFTER_TROUBLE:
                self._stop_watching()
            self._on_alive()
            while not stop.wait(pause) and not self._bell.rang():
                self._on_alive()
                pause = _SECONDS_BETWEEN_LOOKS
        self._stop_watching()
        self._bell.close()

    def _tell(self, trouble: Exception) -> None:
        # A disk that is full for a day is one line in the log.
        if str(trouble) != self._told:
            _logger.warning("%s waits: %s", self._task, trouble)
        self._told = str(trouble)

    def work_off(self, stop: Event) -> None:
        """Deal with all jobs that wait, with what was left over, and with the build that is due.

        Raises `DataFolderBusy`, or other trouble.
        """
        watched = self._watching()
        if not self._settings.data_folder.is_shared:
            if watched.jobs.is_any_free() or self._is_index_due(watched) or self._has_left_over(watched):
                self._work_as_writer(stop)
            return
        if self._takes_jobs and (watched.jobs.is_any_free() or self._has_left_over(watched)):
            with suppress(DataFolderBusy):  # a command may write, and the index is kept nevertheless
                self._work_as_writer(stop)
        if self._keeper and self._keeper.is_behind(watched):
            self._keeper.keep(stop)

    def _is_index_due(self, watched: Store) -> bool:
        return self._keeper is not None and self._keeper.is_due(watched)

    def _work_as_writer(self, stop: Event) -> None:
        with open_store_worker(self._settings.data_folder, self._keeper is not None) as store:
            work = partial(self._work_off_jobs, store, stop)
            if self._keeper:  # the folder stays ours for as long as something is written in it
                self._keeper.build_beside(work, store, stop, _SECONDS_BETWEEN_LOOKS)
            else:
                work()

    def _stop_watching(self) -> None:
        if self._watched is not None:
            self._watched.close()
            self._watched = None

    def _watching(self) -> Store:
        if self._watched is None:
            self._watched = open_store(self._settings.data_folder)
        return self._watched

    def _has_left_over(self, store: Store) -> bool:
        """Looked for only among what changed since nothing was left over; the first look is at every passage."""
        seq, since = store.changes.seq(), self._seq_when_whole
        if seq == since or monotonic() < self._next_left_over:
            return False
        data = self._settings.data_folder
        # Words that others brought are the keeper's.
        with_words = None if data.is_shared else data
        if not has_left_over(store, with_words, self._encoder, self._splitter, since, self._given_up):
            self._seq_when_whole = seq
        return seq != self._seq_when_whole

    def _work_off_jobs(self, store: Store, stop: Event) -> None:
        """One batch of the first job after another, and of what was left over while no job waits."""
        settled: list[int] = []
        told = monotonic()
        data, note_step = self._settings.data_folder, self._begun.on_step(stop)

        def on_step(passages: int) -> None:
            self._on_alive()
            note_step(passages)

        pipeline = Pipeline(
            store,
            data,
            self._encoder,
            self._splitter,
            on_step,
            _PASSAGES_A_STEP,
            self._given_up,
            indexes_words=self._keeper is not None,
        )
        left_over = self._left_over(store, pipeline)
        while not stop.is_set():
            self._delete(store)
            job = store.jobs.take(after=max(settled, default=0))
            if job is not None and job.kind is JobKind.INGEST and not self._take_some(store, pipeline, job):
                settled.append(job.number)
            # A deletion may wait for what was taken in before it.
            is_awaited = job is None or job.kind is JobKind.DELETE
            if settled and (is_awaited or monotonic() > told + _SECONDS_BETWEEN_WORDS):
                # Done means that its articles are found by their words, too, where an index is kept.
                self._index_words(store)
                store.jobs.finish(settled)
                settled, told = [], monotonic()
            elif job is not None and job.kind is JobKind.DELETE:
                return  # it waits for what others take in before it
            if job is None and next(left_over, None) is None:
                store.jobs.forget_old()
                return

    def _left_over(self, store: Store, pipeline: Pipeline) -> Iterator[bool]:
        if not self._has_left_over(store):
            return
        if not store.jobs.take_left_over():
            self._next_left_over = monotonic() + _SECONDS_AFTER_TROUBLE
            return
        for _ in pipeline.finish_left_over():
            yield True
        self._index_words(store)

    def _index_words(self, store: Store) -> None:
        if self._keeper:
            self._keeper.index_words(store)

    def _delete(self, store: Store) -> None:
        """All that is due, whatever stands before it in the queue: one purge takes as long as many."""
        due = store.jobs.due_deletions()
        if due:
            if self._keeper:
                self._keeper.note_deletion()
            numbers = {number for number, _ in due}
            store.jobs.begin_deletions(numbers)
            store.articles.delete([article_id for _, article_id in due])
            self._index_words(store)
            store.jobs.settle_deletions(numbers)
            for number in sorted(numbers):
                audit_outcomes(store.jobs.outcomes(number).values())

    def _take_some(self, store: Store, pipeline: Pipeline, job: Job) -> bool:
        """Deal with the next sources of a job; say whether there were any."""
        batch = _batch(store.jobs.waiting_sources(job.number, _ARTICLES_AT_ONCE, _BYTES_AT_ONCE))
        if not batch:
            return False
        # After a death one by one, so that the source that was its cause takes no other with it.
        waiting, rest = (batch[:1], batch[1:]) if job.deaths else (batch, [])
        if job.deaths >= _MOST_DEATHS:
            store.jobs.quarantine(job.number, waiting[0].position)
            _logger.warning("A source of %s was put into quarantine; see `assistant jobs list`.", job.id)
            return True
        with self._begun.beginning(store, job):
            read = [self._read(one) for one in waiting]
            if job.deaths:
                store.jobs.note_articles(job.number, read)
            settle = partial(self._settle, store, job, deaths=1 if rest else 0)
            while not self._could_take(pipeline, store.jobs.without_outdated(job.number, read), settle):
                pass
        return True

    def _could_take(self, pipeline: Pipeline, read: Sequence[ReadSource], settle: Settle) -> bool:
        """Take in what was read; return False when another writer changed the same articles meanwhile."""
        articles = [one.split.article for one in read if one.split is not None]
        try:
            pipeline.take(articles, partial(settle, read))
        except ChangedMeanwhile:
            return False
        return True

    def _settle(
        self, store: Store, job: Job, read: Sequence[ReadSource], split: Sequence[SplitArticle], *, deaths: int
    ) -> list[Outcome]:
        with_passages = iter(split)
        settled = [one if one.split is None else replace(one, split=next(with_passages)) for one in read]
        outcomes = store.jobs.settle(job.number, settled, self._splitter.fingerprint, deaths)
        audit_outcomes(outcomes, job_id=job.id)
        return outcomes

    def _read(self, waiting: WaitingSource) -> ReadSource:
        self._on_alive()
        try:
            article, warnings = read_source(waiting.source, self._settings.ingesting.max_article_characters)
        except UnreadableSource as error:
            return ReadSource(waiting.position, reason=_sentence(error.reason))
        except (MemoryError, OSError, ImportError):  # the machine's trouble
            raise
        except Exception:  # the readers' libraries meet what nobody foresaw, and the other articles go on
            _logger.exception("A posted article could not be read.")
            return ReadSource(waiting.position, reason=_UNREADABLE)
        told = tuple(_sentence(warning.reason) for warning in warnings)
        return ReadSource(waiting.position, SplitArticle(article, None), warnings=told)


def _batch(waiting: list[WaitingSource]) -> list[WaitingSource]:
    """Return those at the front that are taken together: their positions are between two multiples of the most.

    So a batch that is taken up again after a death ends no earlier, and not much later, wherever it is now.
    """
    return [one for one in waiting if one.position // _ARTICLES_AT_ONCE == waiting[0].position // _ARTICLES_AT_ONCE]


def end_soon(stop: Event, begun: Begun) -> None:
    """Set `stop`, and end the process if that is not noticed soon: no source is to blame."""
    stop.set()

    def end() -> None:
        sleep(_SECONDS_TO_STOP)
        begun.excuse()
        os._exit(0)

    Thread(target=end, name="end", daemon=True).start()


def main() -> None:
    """What `start_child` runs. Stops after the step under way when it is told to, or orphaned."""
    stop, begun = Event(), Begun()
    signal.signal(signal.SIGTERM, lambda *_: end_soon(stop, begun))
    message = become_kept_child(when_orphaned=lambda: end_soon(stop, begun), niceness=NICENESS)
    settings = Settings.model_validate_json(message)
    _log_to_stderr(settings.access.audit != "off")
    ingester = Ingester(settings, begun=begun, takes_jobs=settings.serving.ingest)
    if settings.serving.ingest:
        _start("sources", SourceRefresher(settings).run, stop)
    _start("teller", Teller(settings).run, stop)
    ingester.run(stop)


def work(settings: Settings, on_ready: Callable[[], None], manager: Manager) -> None:
    """Take in what is posted, in this process, until SIGINT or SIGTERM: one of many workers, which keeps no index."""
    stop, begun = Event(), Begun()

    def leave(*_: object) -> None:
        manager.stopping()
        end_soon(stop, begun)

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, leave)
    _log_to_stderr(settings.access.audit != "off")
    ingester = Ingester(settings, begun=begun, keeps_index=False, on_alive=manager.alive)
    with open_store(settings.data_folder):  # trouble at the start is told, and ends it
        pass
    on_ready()
    manager.ready()
    _start("sources", SourceRefresher(settings).run, stop)
    ingester.run(stop)


def _start(name: str, run: Callable[[Event], None], stop: Event) -> None:
    Thread(target=run, args=(stop,), name=name, daemon=True).start()


def _log_to_stderr(audits: bool) -> None:
    logging.basicConfig(handlers=[json_handler()], level=logging.WARNING)
    log_audits(audits)


def _sentence(reason: str) -> str:
    return reason[:1].upper() + reason[1:]

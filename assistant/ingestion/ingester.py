"""The one process that writes: works off the jobs that were posted, and builds generations when they are due.

    python: start_child("assistant.ingestion.ingester", settings.model_dump_json())

It may be killed at any moment: what it has not settled, the next one does, and what a killed command left, too.
"""

from __future__ import annotations

import logging
import os
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import partial
from math import inf
from threading import Event, Lock, Thread
from time import monotonic, sleep

from assistant.ingestion.pipeline import Pipeline, Stopped, has_left_over, is_fault_of_an_article
from assistant.ingestion.refresher import SourceRefresher
from assistant.settings import Settings
from assistant.watching.teller import Teller
from corpus.article import Outcome, SplitArticle
from corpus.audit import audit_outcomes, log_audits
from corpus.errors import CorpusError, DataFolderBusy, UnreadableSource
from corpus.generation_record import GenerationRecord
from corpus.job import FIELDS, Job, JobKind, PostedSource, ReadSource, WaitingSource
from corpus.json_lines import json_handler
from corpus.readers.posted import read_posted
from corpus.store import open_store, open_store_for_index, open_store_writer
from corpus.store.protocols import Store
from corpus.web.page import read_source
from index.backends import vector_writer, word_writer
from index.child_process import NICENESS, become_kept_child
from index.encoders.encoder import Encoder
from index.encoders.load import load_encoder
from index.errors import IndexRoomError
from index.maintenance import has_to_purge, index_words, is_build_due, is_embedded_by, repair_words
from index.splitter import PassageSplitter

_logger = logging.getLogger(__name__)

_SECONDS_BETWEEN_LOOKS = 0.2
"""A look at the queue reads a row by an index, and counts what came since the last build: 0.5 ms."""

_SECONDS_AFTER_TROUBLE = 5.0
"""A full disk or a locked store is not mended sooner."""

_SECONDS_BETWEEN_BUILDS = 60.0
"""A build that fails (on a full disk, say) must not follow on itself; and what is searched exactly costs little."""

_SECONDS_BEFORE_PURGE = 60.0
"""A deletion is often followed by others, and one build purges them all. No search shows what waits for it."""

_SECONDS_BEFORE_SWEEP = 30.0
"""For readers to leave the generation before, which may hold what was purged: ten follow, one after another."""

_ARTICLES_AT_ONCE = 16
_BYTES_AT_ONCE = 100_000
"""About three seconds of embedding on one core: how long a deletion or a stop may have to wait."""

_SECONDS_BETWEEN_WORDS = 1.0
"""Many small jobs share one update of the word index: 40 ms among 100,000 passages, now and then a second."""

_MOST_DEATHS = 5
"""Processes that one source may take with it before it goes to quarantine, none of which got any further with it than
the one before; kills from outside hit the same one rarely."""

_PASSAGES_A_STEP = 32
"""Two seconds of embedding on one core: what a stop waits for, and what a kill can lose of a long article."""

_SECONDS_TO_STOP = 3.0
"""For the step under way; whoever stops this process has little more patience."""

_REPLACED_LATER = "A later request replaced it."
_UNREADABLE = "It cannot be read as an article."


class Ingester:
    """Works on one data folder, as its writer while there is work and as nobody in between.

    Of the ingesters of several machines that share a store, one at a time is its writer; each keeps its own index.
    """

    def __init__(self, settings: Settings, encoder: Encoder | None = None, begun: Begun | None = None) -> None:
        self._settings = settings
        self._encoder = encoder or load_encoder(settings.retrieval.encoder, settings.ingesting.threads)
        self._splitter = PassageSplitter(self._encoder, settings.retrieval)
        self._next_build = 0.0
        self._last_deletion = monotonic()
        self._watched: Store | None = None  # kept open, since it is looked at so often
        self._seq_when_whole = 0
        self._not_due_at: tuple[GenerationRecord | None, int] | None = None
        self._seen_live: GenerationRecord | None = None
        self._next_sweep = monotonic() + _SECONDS_BEFORE_SWEEP
        self._given_up: set[str] = set()  # left-overs that could not be finished; the next process tries them again
        self._begun = begun or Begun()
        self._told = ""

    def warm_up(self) -> None:
        """Load what the first article would wait for: five seconds at low priority."""
        fields = b'{"title": "Warm up", "text": "One sentence. And another one."}'
        article, _ = read_posted(PostedSource("", FIELDS, fields), most_characters=100)
        self._splitter.split(article)
        self._encoder.embed_passages([article.text])

    def run(self, stop: Event) -> None:
        """Until `stop` is set, which is noticed after a step of a few seconds."""
        while not stop.is_set():
            pause = _SECONDS_BETWEEN_LOOKS
            try:
                self.work_off(stop)
                self._told = ""
            except (DataFolderBusy, Stopped):
                pass  # another writer is at it, or the next process will be, and the jobs wait
            except (CorpusError, IndexRoomError, OSError) as error:
                self._tell(error)
                pause = _SECONDS_AFTER_TROUBLE
            except Exception:
                _logger.exception("Ingesting met something unexpected and goes on.")
                pause = _SECONDS_AFTER_TROUBLE
            if pause == _SECONDS_AFTER_TROUBLE:
                self._stop_watching()
            stop.wait(pause)
        self._stop_watching()

    def _tell(self, trouble: Exception) -> None:
        # A disk that is full for a day is one line in the log.
        if str(trouble) != self._told:
            _logger.warning("Ingesting waits: %s", trouble)
        self._told = str(trouble)

    def work_off(self, stop: Event) -> None:
        """Deal with all jobs that wait, with what was left over, and with the build that is due.

        Raises `DataFolderBusy`, or other trouble.
        """
        if not self._has_work():
            return
        if not self._settings.data_folder.is_shared:
            self._work_as_writer(stop)
        elif self._watching().jobs.next() is None and self._is_index_behind():
            self._keep_index(stop)  # the next look tells whether more was left over
        else:
            try:
                self._work_as_writer(stop)
            except DataFolderBusy:
                self._keep_index(stop)

    def _is_index_behind(self) -> bool:
        """Whether this machine's index lacks something that nobody has to be the store's writer for."""
        watched = self._watching()
        is_behind = word_writer(self._settings.data_folder).is_behind(watched)
        return is_behind or self._is_sweep_due(watched) or self._is_build_due(watched)

    def _keep_index(self, stop: Event) -> None:
        """Follow with this machine's index what any machine stores."""
        data = self._settings.data_folder
        if not self._is_index_behind():
            return
        with open_store_for_index(data) as store:
            self._sweep_if_due(store)
            build: Thread | None = None
            try:
                while not stop.is_set():
                    index_words(store, data)
                    if build is None and self._is_build_due(store):
                        build = self._start_build(store)
                    if build is None or not build.is_alive():
                        break
                    stop.wait(_SECONDS_BETWEEN_WORDS)
            finally:
                if build is not None:
                    build.join()

    def _sweep_if_due(self, store: Store) -> None:
        if self._is_sweep_due(store):
            vector_writer(self._settings.data_folder).sweep(store)
            self._next_sweep = inf

    def _work_as_writer(self, stop: Event) -> None:
        with open_store_writer(self._settings.data_folder) as store:
            self._sweep_if_due(store)
            build: Thread | None = None
            try:
                while not stop.is_set():
                    try:
                        self._work_off_jobs(store, stop)
                    finally:  # what cannot be taken in keeps nothing from being built
                        if build is None and not stop.is_set() and self._is_build_due(store):
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

    def _watching(self) -> Store:
        if self._watched is None:
            self._watched = open_store(self._settings.data_folder)
        return self._watched

    def _has_work(self) -> bool:
        watched = self._watching()
        return (
            watched.jobs.next() is not None
            or self._is_sweep_due(watched)
            or self._is_build_due(watched)
            or self._has_left_over(watched)
        )

    def _is_sweep_due(self, store: Store) -> bool:
        """Some seconds after another generation was published, whoever did it, and after the start."""
        live = store.generations.live()
        if live != self._seen_live:
            self._seen_live, self._next_sweep = live, monotonic() + _SECONDS_BEFORE_SWEEP
        return monotonic() > self._next_sweep

    def _has_left_over(self, store: Store) -> bool:
        """Looked for only among what changed since nothing was left over; the first look is at every passage."""
        seq, since = store.changes.seq(), self._seq_when_whole
        if seq != since and not has_left_over(
            store, self._settings.data_folder, self._encoder, self._splitter, since, self._given_up
        ):
            self._seq_when_whole = seq
        return seq != self._seq_when_whole

    def _work_off_jobs(self, store: Store, stop: Event) -> None:
        """One batch of the first job after another, and of what was left over while no job waits."""
        settled: list[int] = []
        told = monotonic()
        data, on_step = self._settings.data_folder, self._begun.on_step(stop)
        pipeline = Pipeline(store, data, self._encoder, self._splitter, on_step, _PASSAGES_A_STEP, self._given_up)
        left_over = self._left_over(store, pipeline)
        while not stop.is_set():
            self._delete(store)
            job = store.jobs.next(after=max(settled, default=0))
            if job is not None and job.kind is JobKind.INGEST and not self._take_some(store, pipeline, job):
                settled.append(job.number)
            # A deletion may wait for what was taken in before it.
            is_awaited = job is None or job.kind is JobKind.DELETE
            if settled and (is_awaited or monotonic() > told + _SECONDS_BETWEEN_WORDS):
                # Done means that its articles are found by their words, too.
                index_words(store, self._settings.data_folder)
                store.jobs.finish(settled)
                settled, told = [], monotonic()
            if job is None and next(left_over, None) is None:
                store.jobs.forget_old()
                return

    def _left_over(self, store: Store, pipeline: Pipeline) -> Iterator[bool]:
        if self._has_left_over(store):
            for _ in pipeline.finish_left_over():
                yield True
            index_words(store, self._settings.data_folder)

    def _delete(self, store: Store) -> None:
        """All that is due, whatever stands before it in the queue: one purge takes as long as many."""
        due = store.jobs.due_deletions()
        if due:
            self._last_deletion = monotonic()
            numbers = {number for number, _ in due}
            store.jobs.begin_deletions(numbers)
            store.articles.delete([article_id for _, article_id in due])
            index_words(store, self._settings.data_folder)
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
            read = self._without_outdated(store, job, read)
            articles = [one.split.article for one in read if one.split is not None]
            pipeline.take(articles, partial(self._settle, store, job, read, deaths=1 if rest else 0))
        return True

    def _without_outdated(self, store: Store, job: Job, read: Sequence[ReadSource]) -> list[ReadSource]:
        """Reject what later requests deleted or, after a retry, have replaced."""
        deleted, taken_in = store.jobs.deleted_after(job.number), store.jobs.places_taken_in(job.number)

        def reject_outdated(one: ReadSource) -> ReadSource:
            if one.split is None:
                return one
            if one.split.article.id in deleted:
                return ReadSource(one.position, is_deleted=True)
            here = (job.number, one.position)
            is_replaced = taken_in.get(one.split.article.id, here) > here
            return ReadSource(one.position, reason=_REPLACED_LATER) if is_replaced else one

        return [reject_outdated(one) for one in read]

    def _settle(
        self, store: Store, job: Job, read: Sequence[ReadSource], split: Sequence[SplitArticle], *, deaths: int
    ) -> list[Outcome]:
        with_passages = iter(split)
        settled = [one if one.split is None else replace(one, split=next(with_passages)) for one in read]
        outcomes = store.jobs.settle(job.number, settled, self._splitter.fingerprint, deaths)
        audit_outcomes(outcomes, job_id=job.id)
        return outcomes

    def _read(self, waiting: WaitingSource) -> ReadSource:
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

    def _is_build_due(self, store: Store) -> bool:
        if monotonic() < self._next_build or not is_embedded_by(store, self._encoder.fingerprint):
            return False
        # Passages are counted only when something changed: 0.1 s of 200,000.
        at = store.generations.live(), store.changes.seq()
        if at != self._not_due_at:
            if is_build_due(store, self._encoder.fingerprint):
                return True
            self._not_due_at = at
        return monotonic() > self._last_deletion + _SECONDS_BEFORE_PURGE and has_to_purge(store)

    def _start_build(self, store: Store) -> Thread:
        """Build while jobs go on: what they add is searched beside the new generation, too."""
        self._next_build = monotonic() + _SECONDS_BETWEEN_BUILDS
        repair_words(store, self._settings.data_folder)
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


class Begun:
    """The job on whose sources this process is at work. The store knows it too, and takes it for a death if no more
    is heard; so it is told when the process comes back from them, or has to end for another reason.
    """

    def __init__(self) -> None:
        self._changing = Lock()
        self._store: Store | None = None
        self._number = 0
        self._deaths = 0

    @contextmanager
    def beginning(self, store: Store, job: Job) -> Iterator[None]:
        """Work on the next sources of a job in this block. A stop or the machine's trouble in it is no death."""
        # It is still noted when the disk was too full to take it back.
        if self._store is None or self._number != job.number:
            store.jobs.begin(job.number)
        self._store, self._number, self._deaths = store, job.number, job.deaths
        try:
            yield
        except Exception as error:
            if is_fault_of_an_article(error):
                self._store = None
            else:
                self.excuse()
            raise
        self._store = None

    def excuse(self) -> None:
        """Take back what was noted, if anything was and the disk lets it."""
        with self._changing, suppress(CorpusError):
            if self._store is not None:
                self._store.jobs.excuse(self._number)
                self._store = None

    def on_step(self, stop: Event) -> Callable[[int], None]:
        """What a pipeline tells of its steps: each is progress, and where a stop is noticed."""

        def note(passages: int) -> None:
            if passages and self._deaths and self._store is not None:
                self._store.jobs.note_progress(self._number)
                self._deaths = 0
            if stop.is_set():
                raise Stopped

        return note


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
    ingester = Ingester(settings, begun=begun)
    ingester.warm_up()
    Thread(target=SourceRefresher(settings).run, args=(stop,), name="sources", daemon=True).start()
    Thread(target=Teller(settings).run, args=(stop,), name="teller", daemon=True).start()
    ingester.run(stop)


def _log_to_stderr(audits: bool) -> None:
    logging.basicConfig(handlers=[json_handler()], level=logging.WARNING)
    log_audits(audits)


def _sentence(reason: str) -> str:
    return reason[:1].upper() + reason[1:]

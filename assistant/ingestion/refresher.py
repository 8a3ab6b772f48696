"""The sources that are visited while a service runs, in threads of the process that ingests.

What comes is put into the queue like anything that is posted, a page at a time: so it goes the one way in, survives
kills, and posted jobs wait for one page at most.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from threading import Event, Lock, Thread

from assistant.ingestion.pipeline import Stopped
from assistant.ingestion.visits import STORED, Tally
from assistant.settings import Settings
from corpus.article import Outcome
from corpus.audit import AuditEvent, audit
from corpus.errors import CorpusError, DataFolderBusy, NotFetched, QueueFull, UnknownSource, UnreadableSource
from corpus.job import JobKind, JobStatus
from corpus.source import Source
from corpus.store import open_store, visiting
from corpus.store.protocols import Store
from corpus.web.fetcher import Fetcher
from corpus.web.visit import ListNoted, NewPage, SamePage, Visitor

_logger = logging.getLogger(__name__)

_SECONDS_BETWEEN_LOOKS = 1.0
"""A look for sources that are due reads an index: 0.2 ms."""

_SECONDS_AFTER_TROUBLE = 5.0
"""A full disk or a locked store is not mended sooner."""

_SECONDS_BETWEEN_LOOKS_AT_A_JOB = 0.2

_SOURCES_AT_ONCE = 4
"""A site that asks for a minute between two pages must not hold up all others; more lists would need more memory."""


class SourceRefresher:
    """Visits the sources of one data folder when they are due; of a database, if no other machine does."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._under_way: set[str] = set()
        self._changing = Lock()

    def run(self, stop: Event) -> None:
        """Until `stop` is set. What is under way then is begun anew by the next process."""
        fetcher = Fetcher(self._settings.sources, wait=_waiting(stop))
        visitor = Visitor(fetcher, self._settings.sources.max_pages)
        while not stop.is_set():
            pause = _SECONDS_BETWEEN_LOOKS
            try:
                with visiting(self._settings.data_folder) as stay, open_store(self._settings.data_folder) as store:
                    while not stop.is_set():
                        stay()
                        self._start_due(store, visitor, stop)
                        stop.wait(_SECONDS_BETWEEN_LOOKS)
            except DataFolderBusy:
                pause = _SECONDS_AFTER_TROUBLE  # another machine does it
            except (CorpusError, OSError) as error:
                _logger.warning("Visiting sources waits: %s", error)
                pause = _SECONDS_AFTER_TROUBLE
            except Exception:
                _logger.exception("Visiting sources met something unexpected and goes on.")
                pause = _SECONDS_AFTER_TROUBLE
            stop.wait(pause)

    def _start_due(self, store: Store, visitor: Visitor, stop: Event) -> None:
        for source in store.sources.due(datetime.now(UTC)):
            with self._changing:
                if len(self._under_way) >= _SOURCES_AT_ONCE:
                    return
                if source.id in self._under_way:
                    continue
                self._under_way.add(source.id)
            Thread(target=self._visit, args=(source, visitor, stop), name=source.id, daemon=True).start()

    def _visit(self, source: Source, visitor: Visitor, stop: Event) -> None:
        try:
            with open_store(self._settings.data_folder) as store:
                _SourceVisit(store, source, self._settings, stop).run(visitor)
        except (Stopped, UnknownSource):
            pass  # it stays due, or was removed meanwhile
        except (CorpusError, OSError) as error:
            _logger.warning("A visit of source %s waits: %s", source.id, error)
            stop.wait(_SECONDS_AFTER_TROUBLE)
        except Exception:
            _logger.exception("A visit of source %s met something unexpected; it is tried again.", source.id)
            stop.wait(_SECONDS_AFTER_TROUBLE)
        finally:
            with self._changing:
                self._under_way.discard(source.id)


class _SourceVisit:
    """One visit under way."""

    def __init__(self, store: Store, source: Source, settings: Settings, stop: Event) -> None:
        self._store = store
        self._source = source
        self._options = settings.sources
        self._stop = stop
        self._tally = Tally()

    def run(self, visitor: Visitor) -> None:
        """Raises `Stopped`, and `UnknownSource` when the source is removed meanwhile."""
        sources, source = self._store.sources, self._source
        sources.begin(source.id, datetime.now(UTC))
        try:
            for event in visitor.visit(source.url, sources.pages(source.id)):
                if self._stop.is_set():
                    raise Stopped
                self._tally.note(event)
                if isinstance(event, NewPage):
                    self._take(event)
                elif isinstance(event, (SamePage, ListNoted)) and event.page is not None:
                    sources.note_page(source.id, event.page)
        except NotFetched as error:
            self._tally.fail(error)
        sources.finish(source.id, self._tally.visit(source, self._options, datetime.now(UTC)))

    def _take(self, new: NewPage) -> None:
        """Have a page taken in, and note it only then: one that is noted is asked for only if it changed."""
        self._store.sources.get(self._source.id)
        outcome = self._outcome_of(new)
        if outcome is None:
            self._tally.note_unreadable(
                UnreadableSource(new.page.url, "it could not be taken in; it is in quarantine.")
            )
            return
        self._tally.note_outcome(new.page.url, outcome)
        if outcome.action in STORED:
            page = replace(new.page, article_id=outcome.article_id)
            self._store.sources.note_page(self._source.id, page)

    def _outcome_of(self, new: NewPage) -> Outcome | None:
        job = None
        while job is None:
            try:
                job = self._store.jobs.accept(JobKind.INGEST, [new.fetched.as_posted()])
                audit(AuditEvent.ARTICLES_ACCEPTED, job_id=job.id, articles=1, source_id=self._source.id)
            except QueueFull:
                self._pause(_SECONDS_AFTER_TROUBLE)
        while True:
            if outcomes := self._store.jobs.outcomes(job.number):
                return outcomes[0]
            if self._store.jobs.get(job.id).status is JobStatus.FAILED:
                return None
            self._pause(_SECONDS_BETWEEN_LOOKS_AT_A_JOB)

    def _pause(self, seconds: float) -> None:
        if self._stop.wait(seconds):
            raise Stopped


def _waiting(stop: Event) -> Callable[[float], None]:
    def wait(seconds: float) -> None:
        if stop.wait(seconds):
            raise Stopped

    return wait

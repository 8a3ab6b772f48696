"""What the commands do with addresses: ingest what is there, and visit sources.

Nobody else is kept from writing while pages are fetched: what came is taken in a few pages at a time.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from time import monotonic, sleep

from assistant.ingestion.pipeline import Pipeline
from assistant.ingestion.report import GrowingReport, IngestReport, OnOutcome, OnProgress
from assistant.ingestion.visits import STORED, Tally
from assistant.settings import Settings
from corpus.article import Action, Article, SourceWarning, article_id
from corpus.errors import BadAddress, DataFolderBusy, NotFetched, UnreadableSource
from corpus.readers.draft import unforeseen
from corpus.readers.urls import canonical_url
from corpus.source import Page, Source
from corpus.store import DataFolder, open_store, open_store_writer
from corpus.store.protocols import Store
from corpus.web.addresses import parse_address
from corpus.web.fetcher import Fetcher
from corpus.web.page import FetchedPage, read_page
from corpus.web.visit import Event, Found, LeftOut, ListNoted, NewPage, RemovedPage, SamePage, Visitor
from index.encoders.load import load_encoder
from index.splitter import PassageSplitter

_PAGES_AT_ONCE = 16
_SECONDS_AT_ONCE = 10.0
"""After so many pages, or seconds of fetching, what came is taken in: what a kill can lose."""

_PATIENCE_SECONDS = 60.0
"""For another writer, who holds the data folder for a few seconds at a time."""

_SECONDS_BETWEEN_TRIES = 0.2

_WEB = ("http://", "https://")


def is_address(place: str) -> bool:
    """Whether somebody means an address rather than a path."""
    return place.lower().startswith(_WEB)


def checked_address(written: str) -> str:
    """Return an address in its canonical form. Raises `BadAddress` with a sentence that names it."""
    try:
        return parse_address(written).url
    except BadAddress as error:
        raise BadAddress(f"{written}: {error}") from None


def ingest_addresses(
    settings: Settings,
    addresses: Sequence[str],
    sync: bool,
    on_outcome: OnOutcome | None,
    on_progress: OnProgress | None,
) -> IngestReport:
    """Make what is at these addresses findable: pages, files, and what feeds and sitemaps list.

    What cannot be had is reported and the rest goes on. With `sync`, articles whose pages are gone (404, 410) are
    removed. Raises `BadAddress` before anything is fetched.
    """
    urls = [checked_address(written) for written in addresses]
    run = _Run(settings, sync, on_outcome, on_progress)
    for url in urls:
        run.visit(url)
    return run.finished()


def refresh_sources(
    settings: Settings,
    source_ids: Collection[str],
    sync: bool,
    on_outcome: OnOutcome | None,
    on_progress: OnProgress | None,
) -> IngestReport:
    """Visit sources now, all of them when none is named, and ask only for what changed.

    With `sync` all of their known pages are asked for, and articles whose pages are gone (404, 410) are removed. Raises
    `UnknownSource` before anything is fetched.
    """
    with _writing(settings.data_folder) as store:  # as the writer, who brings a folder of an older version up to date
        sources = [store.sources.get(one) for one in source_ids] if source_ids else store.sources.all()
    run = _Run(settings, sync, on_outcome, on_progress)
    for source in sources:
        run.visit(source.url, source)
    return run.finished()


class _Run:
    """One command under way."""

    def __init__(
        self, settings: Settings, sync: bool, on_outcome: OnOutcome | None, on_progress: OnProgress | None
    ) -> None:
        self._settings = settings
        self._sync = sync
        self._report = GrowingReport(on_outcome)
        self._on_progress = on_progress or (lambda *_: None)
        self._visitor = Visitor(Fetcher(settings.sources), settings.sources.max_pages)
        self._encoder = load_encoder(settings.retrieval.encoder, settings.retrieval.threads)
        self._splitter = PassageSplitter(self._encoder, settings.retrieval)
        self._writing().close()  # the writer brings a folder of an older version up to date
        self._waiting: list[tuple[Article, Page]] = []
        self._take_at = monotonic() + _SECONDS_AT_ONCE
        self._embedded, self._embedding_seconds = 0, 0.0

    def visit(self, url: str, source: Source | None = None) -> None:
        """Visit an address and take in what comes; what becomes of a source is noted with it."""
        tally = Tally()
        with open_store(self._settings.data_folder) as store:
            if source is not None:
                store.sources.begin(source.id, datetime.now(UTC))
            known = store.sources.pages(source.id) if source else {}
            try:
                for event in self._with_progress(url, known):
                    tally.note(event)
                    self._deal_with(event, store, source, tally)
            except NotFetched as error:
                tally.fail(error)
                self._report.remark(error)
            self._take(source, tally)
            if self._sync:
                self._remove_gone(tally.gone, known)
                if source is not None:
                    store.sources.forget_pages(source.id, tally.gone)
            if source is not None:
                store.sources.finish(source.id, tally.visit(source, self._settings.sources, datetime.now(UTC)))

    def finished(self) -> IngestReport:
        """Make words and generation current, and return what became of everything."""
        with self._writing() as store:
            self._pipeline(store).complete(on_build=lambda done, total: self._on_progress("building", done, total))
        return self._report.finished(self._embedded, self._embedding_seconds)

    def _with_progress(self, url: str, known: Mapping[str, Page]) -> Iterator[Event]:
        done = total = 0
        for event in self._visitor.visit(url, known, is_thorough=self._sync):
            if isinstance(event, Found):
                total = event.listed
            elif isinstance(event, (NewPage, SamePage, RemovedPage, NotFetched)):
                done += 1
            self._on_progress("fetching", done, total)
            yield event

    def _deal_with(self, event: Event, store: Store, source: Source | None, tally: Tally) -> None:
        if isinstance(event, NewPage):
            self._add(event, source, tally)
        elif isinstance(event, SamePage):
            self._report.counts[Action.UNCHANGED] += 1
            if source is not None and event.page is not None:
                store.sources.note_page(source.id, event.page)
        elif isinstance(event, LeftOut):
            self._report.remark(SourceWarning(f"{event.pages} pages", event.reason))
        elif isinstance(event, (NotFetched, SourceWarning)):
            self._report.remark(event)
        elif isinstance(event, ListNoted) and source is not None:
            self._take(source, tally)  # a list that is noted is not read again, so its pages are to be stored
            store.sources.note_page(source.id, event.page)

    def _add(self, new: NewPage, source: Source | None, tally: Tally) -> None:
        try:
            article, warnings = _read(new.fetched, self._settings.ingesting.max_article_characters)
        except UnreadableSource as error:
            tally.note_unreadable(error)
            self._report.remark(error)
            return
        for warning in warnings:
            self._report.remark(warning)
        self._waiting.append((article, new.page))
        if len(self._waiting) >= _PAGES_AT_ONCE or monotonic() > self._take_at:
            self._take(source, tally)

    def _take(self, source: Source | None, tally: Tally) -> None:
        """Take in what waits, and note it then: one that is noted is asked for only if it changed."""
        if not self._waiting:
            return
        waiting, self._waiting = self._waiting, []
        with self._writing() as store:
            pipeline = self._pipeline(store)
            outcomes = pipeline.take([article for article, _ in waiting])
            pipeline.index_words()
            for (_, page), outcome in zip(waiting, outcomes, strict=True):
                tally.note_outcome(page.url, outcome)
                if source is not None and outcome.action in STORED:
                    store.sources.note_page(source.id, replace(page, article_id=outcome.article_id))
                self._report.note(outcome)
            self._embedded += pipeline.embedded
            self._embedding_seconds += pipeline.embedding_seconds
        self._take_at = monotonic() + _SECONDS_AT_ONCE

    def _remove_gone(self, gone: Sequence[str], known: Mapping[str, Page]) -> None:
        """Remove the articles of pages that are gone, as far as they came from the web."""
        ids = {known[url].article_id if url in known else article_id(canonical_url(url) or url) for url in gone}
        with self._writing() as store:
            stored = store.articles.stored([one for one in ids if one is not None])
            fetched = sorted(one for one, article in stored.items() if is_address(article.origin))
            store.articles.delete(fetched)
        self._report.note_removed(fetched)

    def _pipeline(self, store: Store) -> Pipeline:
        def on_step(passages: int) -> None:
            if passages:
                self._on_progress("embedding", self._embedded + pipeline.embedded, 0)

        pipeline = Pipeline(store, self._settings.data_folder, self._encoder, self._splitter, on_step)
        return pipeline

    def _writing(self) -> Store:
        return _writing(self._settings.data_folder)


def _writing(data: DataFolder) -> Store:
    """The store to write, once whoever writes it now has finished."""
    until = monotonic() + _PATIENCE_SECONDS
    while True:
        try:
            return open_store_writer(data)
        except DataFolderBusy:
            if monotonic() > until:
                raise
            sleep(_SECONDS_BETWEEN_TRIES)


def _read(page: FetchedPage, most_characters: int) -> tuple[Article, list[SourceWarning]]:
    try:
        return read_page(page, most_characters)
    except (UnreadableSource, MemoryError, OSError, ImportError):
        raise
    except Exception as error:  # whatever it was, the other pages go on
        raise UnreadableSource(page.url, unforeseen(error)) from error

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event, Thread

import pytest

from assistant.ingestion.ingester import Ingester
from assistant.ingestion.refresher import SourceRefresher
from assistant.ingestion.visits import seconds_to_next
from assistant.settings import Settings
from corpus.article import article_id
from corpus.job import FIELDS, JobKind, JobStatus, PostedSource
from corpus.readers.reread import read_again
from corpus.source import Source
from corpus.store import open_store
from corpus.store.protocols import Store
from corpus.web.options import SourceOptions
from tests.corpus.web import site as rude
from tests.corpus.web.site import LOOPBACK, Reply, Request, entry, feed, page, serving
from tests.hashing_encoder import HashingEncoder

PATIENCE_SECONDS = 60.0
"""Only stops a hang."""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data=tmp_path, sources=SourceOptions(allowed_hosts=LOOPBACK, delay_seconds=0))


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    with open_store(settings.data_folder) as store:
        yield store


@contextmanager
def running(*works: Callable[[Event], None]) -> Iterator[None]:
    stop = Event()
    threads = [Thread(target=work, args=(stop,), daemon=True) for work in works]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join()


@contextmanager
def at_work(settings: Settings) -> Iterator[None]:
    """What the ingesting process does: jobs, and visits of sources."""
    with running(Ingester(settings, HashingEncoder()).run, SourceRefresher(settings).run):
        yield


def eventually(what: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while not what():
        assert time.monotonic() < until, "it does not happen"
        time.sleep(0.05)


def add(store: Store, url: str) -> Source:
    return store.sources.add(url, datetime.now(UTC))


def visited(store: Store, source: Source, times: int = 1) -> Source:
    eventually(lambda: store.sources.get(source.id).last is not None)
    return store.sources.get(source.id)


def test_refresher_a_source_that_is_due_is_visited_and_its_articles_come_in(settings: Settings, store: Store) -> None:
    routes = {"/feed": feed(entry("/a"), entry("/b"), entry("/c")), "/a": page("A"), "/b": page("B")}
    with serving(routes) as site, at_work(settings):
        source = visited(store, add(store, site.url("/feed")))
        assert source.last is not None
        assert source.last.outcome == "2 created, 1 gone."
        assert [(one.url, one.reason) for one in source.last.problems] == [(site.url("/c"), "It is not there (404).")]
        assert (source.articles, source.last.kind, source.last.failures) == (2, "feed", 0)
        hours = (source.next_visit - datetime.now(UTC)) / timedelta(hours=1)
        assert 5.3 < hours < 6.7
        assert {one.external_id for one in store.articles.list()} == {site.url("/a"), site.url("/b")}

        site.requests.clear()
        add(store, site.url("/feed"))  # once more
        eventually(lambda: (last := store.sources.get(source.id).last) is not None and "unchanged" in last.outcome)
        assert store.sources.get(source.id).last.outcome == "2 unchanged, 1 gone."  # type: ignore[union-attr]
        assert store.articles.count() == 2, "what is gone is only reported"


def test_refresher_a_page_that_changed_replaces_what_was(settings: Settings, store: Store) -> None:
    with serving({"/a": page("A")}) as site, at_work(settings):
        source = visited(store, add(store, site.url("/a")))
        site.routes["/a"] = page("A, corrected")
        add(store, site.url("/a"))
        eventually(lambda: store.articles.get(article_id(site.url("/a"))).title == "A, corrected")
        eventually(lambda: not store.sources.get(source.id).is_under_way)
        assert len(store.articles.versions(article_id(site.url("/a")))) == 2


def test_refresher_what_was_fetched_is_kept_and_can_be_read_again(settings: Settings, store: Store) -> None:
    with serving({"/a": page("A")}) as site, at_work(settings):
        visited(store, add(store, site.url("/a")))
        stored = store.articles.get(article_id(site.url("/a")))
    assert list(read_again({stored.id: stored}, store.articles.posted_source)) == [stored]


def test_refresher_a_page_whose_address_was_posted_is_a_reported_conflict(settings: Settings, store: Store) -> None:
    with serving({"/a": page("A")}) as site, at_work(settings):
        fields = f'{{"text": "What I know.", "url": "{site.url("/a")}"}}'.encode()
        job = store.jobs.accept(JobKind.INGEST, [PostedSource("", FIELDS, fields)])
        eventually(lambda: store.jobs.get(job.id).status is JobStatus.DONE)
        source = visited(store, add(store, site.url("/a")))
        assert source.last is not None
        assert (source.last.outcome, source.articles) == ("1 conflict.", 0)
        assert "another source" in source.last.problems[0].reason
        assert store.articles.get(article_id(site.url("/a"))).text == "What I know."


def test_refresher_a_slow_site_holds_up_neither_posted_jobs_nor_other_sources(settings: Settings, store: Store) -> None:
    with serving({"/": rude.silent}) as slow, serving({"/a": page("A")}) as site, at_work(settings):
        add(store, slow.url())
        eventually(lambda: slow.paths() == ["/"])
        job = store.jobs.accept(JobKind.INGEST, [PostedSource("", FIELDS, b'{"text": "The crane stands."}')])
        eventually(lambda: store.jobs.get(job.id).status is JobStatus.DONE)
        visited(store, add(store, site.url("/a")))
        assert next(one for one in store.sources.all() if one.url == slow.url()).is_under_way
        slow.closing.set()


def test_refresher_what_was_stopped_midway_is_begun_anew_and_nothing_is_lost(settings: Settings, store: Store) -> None:
    holds = Event()

    def slow_page(request: Request) -> Reply:
        holds.wait(PATIENCE_SECONDS)
        return page("B")

    with serving({"/feed": feed(entry("/a"), entry("/b")), "/a": page("A"), "/b": slow_page}) as site:
        source = add(store, site.url("/feed"))
        with at_work(settings):
            eventually(lambda: site.paths()[-1:] == ["/b"])
        assert store.sources.get(source.id).is_under_way
        holds.set()
        with at_work(settings):
            done = visited(store, source)
    assert done.last is not None
    assert (done.articles, done.last.outcome) == (2, "1 created, 1 unchanged.")


def test_refresher_a_source_that_is_removed_while_it_is_visited_brings_nothing_more(
    settings: Settings, store: Store
) -> None:
    holds = Event()

    def slow_page(request: Request) -> Reply:
        holds.wait(PATIENCE_SECONDS)
        return page("B")

    with serving({"/feed": feed(entry("/a"), entry("/b"), entry("/c")), "/a": page("A"), "/b": slow_page}) as site:
        source = add(store, site.url("/feed"))
        with at_work(settings):
            eventually(lambda: site.paths()[-1:] == ["/b"])
            store.sources.remove(source.id)
            holds.set()
            other = visited(store, add(store, site.url("/a")))
        assert "/c" not in site.paths()
    assert store.sources.all() == [other]
    assert store.articles.count() == 1


def test_refresher_a_source_that_fails_is_asked_less_and_less_often(settings: Settings, store: Store) -> None:
    with serving({"/": Reply(status=503, headers={"Retry-After": "200000"})}) as site, at_work(settings):
        source = visited(store, add(store, site.url()))
    assert source.last is not None
    assert (source.last.failures, source.last.outcome) == (1, "Its server is overloaded or under repair (503).")
    assert source.next_visit - datetime.now(UTC) > timedelta(seconds=190_000)


@pytest.mark.parametrize(
    ("every", "failures", "hours"),
    [(3600, 0, 1), (3600, 1, 2), (3600, 3, 8), (3600, 1000, 168), (10 * 7 * 86400, 2, 1680)],
)
def test_seconds_to_next_doubles_up_to_a_week_give_or_take_a_tenth(every: float, failures: int, hours: float) -> None:
    waits = {seconds_to_next(every, failures) for _ in range(50)}
    assert len(waits) > 40
    assert all(0.9 * hours <= seconds / 3600 <= 1.1 * hours for seconds in waits)


def test_refresher_reads_what_the_list_says_beside_the_page(settings: Settings, store: Store) -> None:
    dated = "<pubDate>Mon, 28 Jul 2025 10:00:00 GMT</pubDate>"
    routes = {"/feed": feed(entry("/a", dated)), "/a": replace(page("A"), type="text/html; charset=windows-1251")}
    with serving(routes) as site, at_work(settings):
        visited(store, add(store, site.url("/feed")))
        [stored] = store.articles.list()
    assert (str(stored.published), stored.date_source) == ("2025-07-28", "feed")

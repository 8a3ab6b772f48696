"""Gauges of the index and its disk: how much there is to find, its age, and whether more can be stored."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from api.http.observability.metrics import Gauge, gauge
from corpus.job import name_in_jobs
from corpus.source import Source
from corpus.store.disk import DiskState, disk_state, free_bytes
from corpus.store.protocols import ChangeMark, Store

_MOST_SOURCES = 200
"""That are told one by one: those that were not visited with success for the longest time."""


@dataclass(frozen=True, slots=True)
class Unfindable:
    """How many articles no search finds whole, and when the first of them was stored."""

    count: int
    oldest: datetime | None


class UnfindableCount:
    """What no search finds whole; counted anew only after a change, since it takes a look at every article."""

    def __init__(self) -> None:
        self._counted_at: ChangeMark | None = None
        self._counted = Unfindable(0, None)

    def __call__(self, store: Store) -> Unfindable:
        mark = store.changes.mark()
        if mark != self._counted_at:
            count = store.passages.count_unfindable_articles()
            self._counted = Unfindable(count, store.passages.oldest_unfindable_article() if count else None)
            self._counted_at = mark
        return self._counted


def storage_gauges(folder: Path) -> Iterator[Gauge]:
    is_writable = disk_state(folder) is DiskState.WRITABLE
    yield gauge("assistant_storage_writable", "Whether articles are taken in; 0: full or read-only.", is_writable)
    yield gauge("assistant_storage_free_bytes", "Free space on the disk of the data folder.", free_bytes(folder))


def index_gauges(store: Store, age: float | None, unfindable: Unfindable) -> Iterator[Gauge]:
    now = datetime.now(UTC)
    yield gauge("assistant_articles", "Stored articles.", store.articles.count())
    yield gauge("assistant_articles_not_found_yet", "Stored articles that no search finds whole yet.", unfindable.count)
    told = "Time since the first of them was stored; 0: there is none."
    yield gauge("assistant_oldest_article_not_found_seconds", told, _seconds_since(unfindable.oldest, now))
    yield gauge("assistant_passages", "Passages that can be found.", store.passages.count())
    yield gauge("assistant_jobs_waiting", "Posted jobs that are not done.", store.jobs.count_unfinished())
    told = "Time since the first of them was accepted; 0: none waits."
    yield gauge("assistant_oldest_job_seconds", told, _seconds_since(store.jobs.oldest_unfinished(), now))
    yield gauge("assistant_posted_quarantined", "Posted articles in quarantine.", store.jobs.count_quarantined())
    for action, number in store.jobs.count_outcomes().items():
        told = "Posted articles of a week, by what became of them."
        yield gauge("assistant_posted_articles", told, number, outcome=name_in_jobs(action))
    live = store.generations.live()
    if live is None:
        return
    yield gauge("assistant_generation_info", "The live generation of the index.", 1, name=live.name)
    yield gauge("assistant_changes_after_generation", "Changes that it does not cover.", store.changes.seq() - live.seq)
    if age is not None:
        yield gauge("assistant_generation_age_seconds", "Time since it was built.", age)


def source_gauges(store: Store, default_hours: float) -> Iterator[Gauge]:
    """Yield of each source, by its id, how long ago a visit succeeded, and how often it is visited."""
    now = datetime.now(UTC)
    for source in sorted(store.sources.all(), key=_last_good)[:_MOST_SOURCES]:
        told = "Time since a visit of the source succeeded, or since it was added."
        seconds = _seconds_since(_last_good(source), now)
        yield gauge("assistant_source_refreshed_seconds", told, seconds, source=source.id)
        every = source.every_seconds or default_hours * 3600
        yield gauge("assistant_source_interval_seconds", "Time between two visits of it.", every, source=source.id)


def _last_good(source: Source) -> datetime:
    return source.succeeded or source.added


def _seconds_since(moment: datetime | None, now: datetime) -> float:
    return max(0.0, (now - moment).total_seconds()) if moment else 0.0

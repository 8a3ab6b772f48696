"""Gauges of the index and its disk: how much there is to find, its age, and whether more can be stored."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from api.http.observability.metrics import Gauge, gauge
from corpus.job import name_in_jobs
from corpus.store.disk import DiskState, disk_state, free_bytes
from corpus.store.protocols import ChangeMark, Store


class UnfindableCount:
    """How many articles no search finds whole; counted anew only after a change, since it takes a look at every one."""

    def __init__(self) -> None:
        self._counted: tuple[ChangeMark | None, int] = None, 0

    def __call__(self, store: Store) -> int:
        mark = store.changes.mark()
        counted_at, count = self._counted
        if mark != counted_at:
            count = store.passages.count_unfindable_articles()
            self._counted = mark, count
        return count


def storage_gauges(folder: Path) -> Iterator[Gauge]:
    is_writable = disk_state(folder) is DiskState.WRITABLE
    yield gauge("assistant_storage_writable", "Whether articles are taken in; 0: full or read-only.", is_writable)
    yield gauge("assistant_storage_free_bytes", "Free space on the disk of the data folder.", free_bytes(folder))


def index_gauges(store: Store, age: float | None, unfindable: int) -> Iterator[Gauge]:
    yield gauge("assistant_articles", "Stored articles.", store.articles.count())
    yield gauge("assistant_articles_not_found_yet", "Stored articles that no search finds whole yet.", unfindable)
    yield gauge("assistant_passages", "Passages that can be found.", store.passages.count())
    yield gauge("assistant_jobs_waiting", "Posted jobs that are not done.", store.jobs.count_unfinished())
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

"""How much there is to find, and how old what is searched is."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import suppress

from api.http.observability.metrics import Gauge, gauge
from corpus.job import name_in_jobs
from corpus.store.sqlite import Catalog
from index.repair import live_record
from index.vectors.generation import generation_folder


def index_gauges(catalog: Catalog) -> Iterator[Gauge]:
    yield gauge("assistant_articles", "Stored articles.", catalog.count_articles())
    unfindable = catalog.count_unfindable()
    yield gauge("assistant_articles_not_found_yet", "Stored articles that no search finds whole yet.", unfindable)
    yield gauge("assistant_passages", "Passages that can be found.", catalog.count_passages())
    yield gauge("assistant_jobs_waiting", "Posted jobs that are not done.", catalog.count_unfinished_jobs())
    yield gauge("assistant_posted_quarantined", "Posted articles in quarantine.", catalog.count_quarantined())
    for action, number in catalog.count_job_outcomes().items():
        told = "Posted articles of a week, by what became of them."
        yield gauge("assistant_posted_articles", told, number, outcome=name_in_jobs(action))
    live = live_record(catalog)
    if live is None:
        return
    yield gauge("assistant_generation_info", "The live generation of the index.", 1, name=live.name)
    yield gauge("assistant_changes_after_generation", "Changes that it does not cover.", catalog.seq() - live.seq)
    with suppress(FileNotFoundError):  # it was replaced just now
        built = generation_folder(catalog.folder, live.name).stat().st_mtime
        yield gauge("assistant_generation_age_seconds", "Time since it was built.", max(0.0, time.time() - built))

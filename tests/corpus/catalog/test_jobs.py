from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from corpus.catalog import Catalog, jobs
from corpus.errors import KeyReused, QueueFull, UnknownJob
from corpus.job import Fate, JobKind, JobStatus, PostedSource, ReadSource, SourceKind
from tests.corpus.catalog.examples import article, passage

FERRY = article("ferry", "The ferry keeps to its timetable.")


def source(text: str) -> PostedSource:
    return PostedSource("", SourceKind.FIELDS, json.dumps({"text": text}).encode())


@pytest.fixture
def reader(catalog: Catalog) -> Catalog:
    """Of the folder that `catalog` writes."""
    return Catalog.open(catalog.folder)


def test_a_reader_may_queue_what_only_the_writer_deals_with(catalog: Catalog, reader: Catalog) -> None:
    job = reader.accept(JobKind.INGEST, [source("a"), source("b")])

    assert (job.status, job.total, job.done) == (JobStatus.QUEUED, 2, 0)
    assert catalog.next_job() == job == reader.job(job.id)
    with pytest.raises(RuntimeError, match="opened for reading"):
        reader.finish([job.number])


def test_an_article_its_passages_and_what_became_of_it_are_one_commit(catalog: Catalog, reader: Catalog) -> None:
    job = catalog.accept(JobKind.INGEST, [source("ferry"), source("")])
    catalog.begin(job.number)
    catalog.settle(
        job.number, [ReadSource(0, FERRY, [passage(FERRY)]), ReadSource(1, reason="It holds no text.")], "splitter"
    )

    assert reader.all_passages() == [passage(FERRY)]
    assert [(one.fate, one.reason) for one in reader.job_outcomes(job.number)] == [
        (Fate.CREATED, None),
        (Fate.REJECTED, "It holds no text."),
    ]
    assert (reader.job(job.id).done, reader.job(job.id).deaths) == (2, 0)
    assert reader.waiting_sources(job.number, 10, 10_000) == []


def test_a_conflict_does_not_tell_where_the_other_source_lies(catalog: Catalog) -> None:
    catalog.put([FERRY])
    other = article("ferry", "Another text.", origin="/home/somebody/ferry.md")
    job = catalog.accept(JobKind.INGEST, [source("x")])
    [outcome] = catalog.settle(job.number, [ReadSource(0, other)], "splitter")
    assert (outcome.fate, outcome.other) == (Fate.CONFLICT, None)
    assert "/" not in (outcome.reason or "")


def test_the_same_request_under_one_key_is_one_job_and_another_is_refused(
    catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = catalog.accept(JobKind.INGEST, [source("a")], key="k")

    assert catalog.accept(JobKind.INGEST, [source("a")], key="k").id == first.id
    assert catalog.accept(JobKind.INGEST, [source("a")]).id != first.id
    with pytest.raises(KeyReused, match="take a new key"):
        catalog.accept(JobKind.INGEST, [source("b")], key="k")
    monkeypatch.setattr(jobs, "KEY_LIFETIME", timedelta(0))
    assert catalog.accept(JobKind.INGEST, [source("b")], key="k").id != first.id


def test_a_batch_is_bounded_by_number_and_size_and_holds_at_least_one(catalog: Catalog) -> None:
    job = catalog.accept(JobKind.INGEST, [source("a" * 1000) for _ in range(5)])
    positions = [
        [one.position for one in catalog.waiting_sources(job.number, most, size)]
        for most, size in ((2, 10_000), (10, 2_500), (10, 1))
    ]
    assert positions == [[0, 1], [0, 1], [0]]


def test_what_was_posted_is_let_go_of_when_it_is_dealt_with(catalog: Catalog) -> None:
    secret = "xyzzy-plugh-0451"
    job = catalog.accept(JobKind.INGEST, [source(secret)])
    catalog.settle(job.number, [ReadSource(0, reason="no")], "splitter")
    catalog.finish([job.number])
    catalog.put([FERRY])
    catalog.delete([FERRY.id])  # which rewrites the file

    assert not any(secret.encode() in path.read_bytes() for path in catalog.folder.glob("catalog.sqlite3*"))


def test_too_much_that_waits_is_refused(catalog: Catalog, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "_MOST_WAITING_BYTES", 100)
    job = catalog.accept(JobKind.INGEST, [source("a" * 60)])
    with pytest.raises(QueueFull, match="try again"):
        catalog.accept(JobKind.INGEST, [source("a" * 60)])
    catalog.finish([job.number])
    catalog.accept(JobKind.INGEST, [source("a" * 60)])


def test_old_jobs_are_forgotten(catalog: Catalog, monkeypatch: pytest.MonkeyPatch) -> None:
    job, waiting = (catalog.accept(JobKind.INGEST, [source(text)]) for text in "ab")
    catalog.finish([job.number])
    catalog.forget_old_jobs()
    assert catalog.job(job.id).status is JobStatus.DONE

    monkeypatch.setattr(jobs, "_KEPT", timedelta(0))
    catalog.forget_old_jobs()
    with pytest.raises(UnknownJob):
        catalog.job(job.id)
    assert catalog.next_job() == waiting


def test_a_backup_keeps_what_was_acknowledged(catalog: Catalog, tmp_path: Path) -> None:
    from corpus.backup import backup, restore

    job = catalog.accept(JobKind.INGEST, [source("a")])
    backup(catalog.folder, tmp_path / "saved")
    restore(tmp_path / "saved", tmp_path / "new")
    with Catalog.open(tmp_path / "new") as restored:
        assert restored.next_job() == job

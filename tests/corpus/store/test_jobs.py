from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from corpus.errors import DataFolderBusy, KeyReused, QueueFull, UnknownJob
from corpus.job import Fate, JobKind, JobStatus, PostedSource, ReadSource, SourceKind
from corpus.store import DataFolder, open_store
from corpus.store.identity import sameness
from corpus.store.protocols import Store
from tests.corpus.store.examples import article, passage

FERRY = article("ferry", "The ferry keeps to its timetable.")


def source(text: str) -> PostedSource:
    return PostedSource("", SourceKind.FIELDS, json.dumps({"text": text}).encode())


@pytest.fixture
def reader(store: Store) -> Store:
    """Of the folder that `catalog` writes."""
    return open_store(data)


def test_a_reader_may_queue_what_only_the_writer_deals_with(store: Store, reader: Store) -> None:
    job = reader.jobs.accept(JobKind.INGEST, [source("a"), source("b")])

    assert (job.status, job.total, job.done) == (JobStatus.QUEUED, 2, 0)
    assert store.jobs.next() == job == reader.jobs.get(job.id)
    with pytest.raises(RuntimeError, match="opened for reading"):
        reader.jobs.finish([job.number])


def test_a_request_waits_for_others_not_long(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "_READERS_PATIENCE_SECONDS", 0.0)
    with open_store(data) as reader, closing(other_connection(store)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(DataFolderBusy):
            reader.jobs.accept(JobKind.INGEST, [source("a")])
        other.execute("ROLLBACK")
        assert reader.jobs.accept(JobKind.INGEST, [source("a")]).total == 1


def test_texts_are_compared_once_and_before_others_have_to_wait(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared: list[str] = []

    def compare(text: str) -> str:
        with closing(other_connection(store)) as other:
            other.execute("BEGIN IMMEDIATE")
        compared.append(text)
        return sameness(text)

    monkeypatch.setattr("corpus.store.sqlite.articles.sameness", compare)
    job = store.jobs.accept(JobKind.INGEST, [source("ferry")])
    store.jobs.settle(job.number, [ReadSource(0, FERRY, [passage(FERRY)])], "splitter")
    store.articles.put([FERRY, article("late", "The ferry is late.")])
    assert compared == [FERRY.text, "The ferry is late."]


def test_an_unchanged_article_that_is_cut_anew_has_changed(store: Store) -> None:
    job = store.jobs.accept(JobKind.INGEST, [source("ferry"), source("ferry")])
    store.jobs.settle(job.number, [ReadSource(0, FERRY, [passage(FERRY)])], "splitter")
    stored = store.changes.seq()
    store.jobs.settle(job.number, [ReadSource(1, FERRY, [passage(FERRY)])], "splitter")
    assert store.changes.seq() == stored
    store.jobs.settle(job.number, [ReadSource(1, FERRY, [passage(FERRY, 0, 9)])], "another")
    assert [change.article_id for change in store.changes.since(stored)] == [FERRY.id]


def other_connection(store: Store) -> sqlite3.Connection:
    """Of somebody who waits for nobody."""
    return sqlite3.connect(store.folder / CATALOG_FILE, timeout=0, isolation_level=None)


def test_an_article_its_passages_and_what_became_of_it_are_one_commit(store: Store, reader: Store) -> None:
    job = store.jobs.accept(JobKind.INGEST, [source("ferry"), source("")])
    store.jobs.begin(job.number)
    store.jobs.settle(
        job.number, [ReadSource(0, FERRY, [passage(FERRY)]), ReadSource(1, reason="It holds no text.")], "splitter"
    )

    assert reader.passages.all() == [passage(FERRY)]
    assert [(one.fate, one.reason) for one in reader.jobs.outcomes(job.number)] == [
        (Fate.CREATED, None),
        (Fate.REJECTED, "It holds no text."),
    ]
    assert (reader.jobs.get(job.id).done, reader.jobs.get(job.id).deaths) == (2, 0)
    assert reader.jobs.waiting_sources(job.number, 10, 10_000) == []


def test_a_conflict_does_not_tell_where_the_other_source_lies(store: Store) -> None:
    store.articles.put([FERRY])
    other = article("ferry", "Another text.", origin="/home/somebody/ferry.md")
    job = store.jobs.accept(JobKind.INGEST, [source("x")])
    [outcome] = store.jobs.settle(job.number, [ReadSource(0, other)], "splitter")
    assert (outcome.fate, outcome.other) == (Fate.CONFLICT, None)
    assert "/" not in (outcome.reason or "")


def test_the_same_request_under_one_key_is_one_job_and_another_is_refused(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = store.jobs.accept(JobKind.INGEST, [source("a")], key="k")

    assert store.jobs.accept(JobKind.INGEST, [source("a")], key="k").id == first.id
    assert store.jobs.accept(JobKind.INGEST, [source("a")]).id != first.id
    with pytest.raises(KeyReused, match="take a new key"):
        store.jobs.accept(JobKind.INGEST, [source("b")], key="k")
    monkeypatch.setattr(jobs, "KEY_LIFETIME", timedelta(0))
    assert store.jobs.accept(JobKind.INGEST, [source("b")], key="k").id != first.id


def test_a_batch_is_bounded_by_number_and_size_and_holds_at_least_one(store: Store) -> None:
    job = store.jobs.accept(JobKind.INGEST, [source("a" * 1000) for _ in range(5)])
    positions = [
        [one.position for one in store.jobs.waiting_sources(job.number, most, size)]
        for most, size in ((2, 10_000), (10, 2_500), (10, 1))
    ]
    assert positions == [[0, 1], [0, 1], [0]]


def test_what_was_posted_is_let_go_of_when_it_is_dealt_with(store: Store) -> None:
    secret = "xyzzy-plugh-0451"
    job = store.jobs.accept(JobKind.INGEST, [source(secret)])
    store.jobs.settle(job.number, [ReadSource(0, reason="no")], "splitter")
    store.jobs.finish([job.number])
    store.articles.put([FERRY])
    store.articles.delete([FERRY.id])  # which rewrites the file

    assert not any(secret.encode() in path.read_bytes() for path in store.folder.glob("catalog.sqlite3*"))


def test_too_much_that_waits_is_refused(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "_MOST_WAITING_BYTES", 100)
    job = store.jobs.accept(JobKind.INGEST, [source("a" * 60)])
    with pytest.raises(QueueFull, match="try again"):
        store.jobs.accept(JobKind.INGEST, [source("a" * 60)])
    store.jobs.finish([job.number])
    store.jobs.accept(JobKind.INGEST, [source("a" * 60)])


def test_old_jobs_are_forgotten(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    job, waiting = (store.jobs.accept(JobKind.INGEST, [source(text)]) for text in "ab")
    store.jobs.finish([job.number])
    store.jobs.forget_old()
    assert store.jobs.get(job.id).status is JobStatus.DONE

    monkeypatch.setattr(jobs, "_KEPT", timedelta(0))
    store.jobs.forget_old()
    with pytest.raises(UnknownJob):
        store.jobs.get(job.id)
    assert store.jobs.next() == waiting


def test_a_backup_keeps_what_was_acknowledged(store: Store, tmp_path: Path) -> None:
    from corpus.store.sqlite.backup import backup, restore

    job = store.jobs.accept(JobKind.INGEST, [source("a")])
    backup(store.folder, tmp_path / "saved")
    restore(tmp_path / "saved", tmp_path / "new")
    with open_store(DataFolder(tmp_path / "new")) as restored:
        assert restored.jobs.next() == job

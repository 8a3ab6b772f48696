from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from corpus.article import SplitArticle
from corpus.errors import DataFolderBusy, QueueFull, UnknownJob
from corpus.job import FIELDS, Job, JobKind, JobStatus, PostedSource, ReadSource
from corpus.store import DataFolder, backup, open_store, restore
from corpus.store.identity import normalized_text_hash
from corpus.store.protocols import Store
from tests.corpus.store.examples import article, passage, put_unsplit

FERRY = article("ferry", "The ferry keeps to its timetable.")


def source(text: str) -> PostedSource:
    return PostedSource("", FIELDS, json.dumps({"text": text}).encode())


def finish(store: Store, job: Job) -> None:
    store.jobs.settle(job.number, [ReadSource(0, reason="no")], "splitter")
    store.jobs.finish([job.number])


def test_job_store_a_request_waits_for_others_not_long(
    data: DataFolder, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("corpus.store.sqlite._READERS_PATIENCE_SECONDS", 0.0)
    with open_store(data) as reader, closing(other_connection(data)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(DataFolderBusy):
            reader.jobs.accept(JobKind.INGEST, [source("a")])
        other.execute("ROLLBACK")
        assert reader.jobs.accept(JobKind.INGEST, [source("a")]).total == 1


def test_job_store_texts_are_compared_once_and_before_others_have_to_wait(
    data: DataFolder, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared: list[str] = []

    def compare(text: str) -> str:
        with closing(other_connection(data)) as other:
            other.execute("BEGIN IMMEDIATE")
        compared.append(text)
        return normalized_text_hash(text)

    monkeypatch.setattr("corpus.store.sql.intake.normalized_text_hash", compare)
    job = store.jobs.accept(JobKind.INGEST, [source("ferry")])
    store.jobs.settle(job.number, [ReadSource(0, SplitArticle(FERRY, [passage(FERRY)]))], "splitter")
    put_unsplit(store, [FERRY, article("late", "The ferry is late.")])
    assert compared == [FERRY.text, "The ferry is late."]


def other_connection(data: DataFolder) -> sqlite3.Connection:
    """Of somebody who waits for nobody."""
    return sqlite3.connect(data.database, timeout=0, isolation_level=None)


def test_job_store_a_key_may_be_used_anew_after_its_lifetime(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    first = store.jobs.accept(JobKind.INGEST, [source("a")], key="k")
    monkeypatch.setattr("corpus.store.sql.jobs.KEY_LIFETIME", timedelta(0))
    assert store.jobs.accept(JobKind.INGEST, [source("b")], key="k").id != first.id


def test_job_store_what_was_posted_is_let_go_of_when_it_is_dealt_with(data: DataFolder, store: Store) -> None:
    secret = "xyzzy-plugh-0451"
    job = store.jobs.accept(JobKind.INGEST, [source(secret)])
    finish(store, job)
    put_unsplit(store, [FERRY])
    store.articles.delete([FERRY.id])  # which rewrites the file

    assert not any(secret.encode() in path.read_bytes() for path in data.path.iterdir())


def test_job_store_too_much_that_waits_is_refused(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("corpus.store.sql.jobs.MOST_WAITING_BYTES", 100)
    job = store.jobs.accept(JobKind.INGEST, [source("a" * 60)])
    with pytest.raises(QueueFull, match="try again"):
        store.jobs.accept(JobKind.INGEST, [source("a" * 60)])
    finish(store, job)
    store.jobs.accept(JobKind.INGEST, [source("a" * 60)])


def test_job_store_old_jobs_are_forgotten(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    job, waiting = (store.jobs.accept(JobKind.INGEST, [source(text)]) for text in "ab")
    finish(store, job)
    store.jobs.forget_old()
    assert store.jobs.get(job.id).status is JobStatus.DONE

    monkeypatch.setattr("corpus.store.sql.jobs.FINISHED_JOBS_KEPT", timedelta(0))
    store.jobs.forget_old()
    with pytest.raises(UnknownJob):
        store.jobs.get(job.id)
    assert store.jobs.next() == waiting


def test_job_store_forget_old_spares_quarantine_and_what_a_retry_would_undo(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    earlier, deadly, newer, gone = (
        store.jobs.accept(kind, [source("a")])
        for kind in (JobKind.DELETE, JobKind.INGEST, JobKind.INGEST, JobKind.DELETE)
    )
    store.jobs.quarantine(deadly.number, 0)
    store.jobs.finish([deadly.number])
    for job in (earlier, newer, gone):
        finish(store, job)
    monkeypatch.setattr("corpus.store.sql.jobs.FINISHED_JOBS_KEPT", timedelta(0))
    store.jobs.forget_old()
    kept = [store.jobs.get(job.id).status for job in (deadly, newer, gone)]
    assert kept == [JobStatus.FAILED, JobStatus.DONE, JobStatus.DONE]
    with pytest.raises(UnknownJob):
        store.jobs.get(earlier.id)


def test_job_store_finish_leaves_a_job_alone_in_which_a_retry_has_sources_wait_again(store: Store) -> None:
    job = store.jobs.accept(JobKind.INGEST, [source("harmless"), source("deadly")])
    store.jobs.settle(job.number, [ReadSource(0, reason="no")], "splitter")
    store.jobs.quarantine(job.number, 1)
    store.jobs.retry(job.id)
    store.jobs.finish([job.number])
    assert store.jobs.next() == store.jobs.get(job.id)
    assert [waiting.source for waiting in store.jobs.waiting_sources(job.number, 16, 1_000)] == [source("deadly")]


def test_job_store_a_backup_keeps_what_was_acknowledged(data: DataFolder, store: Store, tmp_path: Path) -> None:
    job = store.jobs.accept(JobKind.INGEST, [source("a")])
    backup(data, tmp_path / "saved")
    restore(tmp_path / "saved", DataFolder(tmp_path / "new"))
    with open_store(DataFolder(tmp_path / "new")) as restored:
        assert restored.jobs.next() == job

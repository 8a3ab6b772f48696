"""Several writers that share one place: each takes jobs that no other has, and what was asked for last holds."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from threading import Event

import psycopg
import pytest

from corpus.article import Action, SplitArticle
from corpus.errors import ChangedMeanwhile, DataFolderBusy
from corpus.job import FIELDS, Job, JobKind, PostedSource, ReadSource
from corpus.store import DataFolder, open_store, open_store_worker, open_store_writer
from corpus.store.protocols import Store
from tests.corpus.store.examples import article

FERRY = article("ferry", "The ferry keeps to its timetable.")
LATER = replace(article("ferry", "The ferry lies in the dock."), id=FERRY.id)

WORKER = """
import sys, time
from pathlib import Path
from corpus.store import DataFolder, open_store_worker
with open_store_worker(DataFolder(Path(sys.argv[1]), sys.stdin.readline().strip()), keeps_index=False) as store:
    job = store.jobs.take()
    store.jobs.begin(job.number)
    print(job.number, flush=True)
    time.sleep(600)
"""


@pytest.fixture
def store(data: DataFolder) -> Iterator[Store]:
    with open_store_worker(data, keeps_index=False) as store:
        yield store


@pytest.fixture
def other(store: Store, elsewhere: DataFolder) -> Iterator[Store]:
    with open_store_worker(elsewhere, keeps_index=False) as other:
        yield other


def post(store: Store, name: str = "ferry") -> Job:
    body = json.dumps({"text": name, "external_id": name}).encode()
    return store.jobs.accept(JobKind.INGEST, [PostedSource(name, FIELDS, body)])


def delete(store: Store, article_id: str) -> Job:
    return store.jobs.accept(JobKind.DELETE, [PostedSource(article_id, FIELDS, b"")])


def settled(store: Store, job: Job, split: SplitArticle) -> Action:
    (outcome,) = store.jobs.settle(job.number, [ReadSource(0, split)], "splitter")
    store.jobs.finish([job.number])
    return outcome.action


def test_take_gives_each_job_to_one_worker_and_again_to_the_same(store: Store, other: Store) -> None:
    first, second = post(store), post(store)
    assert store.jobs.take() == store.jobs.take() == first
    assert other.jobs.take() == second
    assert other.jobs.take(after=second.number) is None
    assert not other.jobs.is_any_free()
    settled(store, first, SplitArticle(FERRY, ()))
    assert store.jobs.take() is None
    third = post(other)
    assert store.jobs.is_any_free()
    assert store.jobs.take() == third


def test_take_gives_a_job_to_another_worker_when_the_one_that_had_it_was_killed(data: DataFolder, store: Store) -> None:
    job = post(store)
    with subprocess.Popen(
        [sys.executable, "-c", WORKER, data.path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        print(data.database_url, file=process.stdin, flush=True)
        assert process.stdout.readline() == f"{job.number}\n"
        assert store.jobs.take() is None
        process.send_signal(signal.SIGKILL)
        process.wait()
    for _ in range(100):
        if taken := store.jobs.take():
            assert (taken.id, taken.deaths) == (job.id, 1)
            return
        Event().wait(0.1)
    raise AssertionError("the job is never free")


def test_take_lets_nobody_pass_a_deletion_that_waits_for_an_earlier_job(store: Store, other: Store) -> None:
    first, deletion = post(store), delete(store, FERRY.id)
    last = post(store)
    assert store.jobs.take() == first
    assert other.jobs.take() == deletion
    assert other.jobs.due_deletions() == []
    assert not other.jobs.is_any_free()
    settled(store, first, SplitArticle(FERRY, ()))
    assert other.jobs.due_deletions() == [(deletion.number, FERRY.id)]
    assert store.jobs.due_deletions() == []  # one deletes
    other.jobs.begin_deletions([deletion.number])
    other.articles.delete([FERRY.id])
    other.jobs.settle_deletions([deletion.number])
    assert store.jobs.take() == last


def test_settle_leaves_the_article_of_a_later_job_that_was_faster(store: Store, other: Store) -> None:
    first, second = post(store), post(store)
    assert (store.jobs.take(), other.jobs.take()) == (first, second)
    assert settled(other, second, SplitArticle(LATER, ())) is Action.CREATED
    assert settled(store, first, SplitArticle(FERRY, ())) is Action.REJECTED
    assert store.jobs.outcomes(first.number)[0].reason == "A later request replaced it."
    assert store.articles.get(FERRY.id).text == LATER.text


def test_settle_brings_no_article_back_that_a_later_job_deleted_meanwhile(store: Store, other: Store) -> None:
    settled(store, post(store), SplitArticle(FERRY, ()))
    update = post(store)
    assert store.jobs.take() == update
    deletion = delete(store, FERRY.id)
    assert other.jobs.due_deletions() == [(deletion.number, FERRY.id)]  # it is stored, and waits for nobody
    other.jobs.begin_deletions([deletion.number])
    other.articles.delete([FERRY.id])
    assert settled(store, update, SplitArticle(LATER, ())) is Action.REJECTED
    assert store.articles.count() == 0


def test_settle_stores_no_article_without_the_passages_that_it_turned_out_to_need(store: Store, other: Store) -> None:
    settled(store, post(store), SplitArticle(FERRY, ()))
    replacing, same = post(store), post(store)
    assert (store.jobs.take(), other.jobs.take()) == (replacing, same)
    settled(store, replacing, SplitArticle(LATER, ()))
    with pytest.raises(ChangedMeanwhile):  # it seemed to be there already
        other.jobs.settle(same.number, [ReadSource(0, SplitArticle(FERRY, None))], "splitter")
    assert settled(other, same, SplitArticle(FERRY, ())) is Action.UPDATED


def test_workers_leave_a_command_no_place_and_get_none_beside_one(data: DataFolder, elsewhere: DataFolder) -> None:
    with open_store_worker(data), pytest.raises(DataFolderBusy, match="written by another process"):
        open_store_writer(elsewhere)
    with open_store_writer(elsewhere), pytest.raises(DataFolderBusy, match="written by another process"):
        open_store_worker(data)


def test_workers_that_lost_their_place_write_no_more(data: DataFolder, store: Store) -> None:
    job = post(store)
    assert store.jobs.take() == job
    with psycopg.connect(data.database_url, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE pid <> pg_backend_pid() AND datname = current_database()"
        )
    with pytest.raises(DataFolderBusy, match="was lost"):
        settled(store, job, SplitArticle(FERRY, ()))
    with open_store(data) as reader:
        assert reader.changes.seq() == 0


def test_workers_keep_vectors_that_have_no_passage_yet_from_a_deletion(store: Store, other: Store) -> None:
    settled(store, post(store), SplitArticle(FERRY, ()))
    with psycopg.connect(store.database._url) as connection, connection.cursor() as cursor:  # type: ignore[attr-defined]
        cursor.execute("SET lock_timeout = '100ms'")
        with store.vectors.keeping(), pytest.raises(psycopg.errors.LockNotAvailable):
            cursor.execute("SELECT pg_advisory_lock(7302005)")
    assert other.articles.delete([FERRY.id]) == 1

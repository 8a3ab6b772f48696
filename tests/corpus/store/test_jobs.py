from __future__ import annotations

import json

import pytest

from corpus.article import Action, SplitArticle
from corpus.errors import KeyReused
from corpus.job import FIELDS, JobKind, JobStatus, PostedSource, ReadSource
from corpus.store.protocols import Store
from tests.corpus.store.examples import article, passage, put_unsplit

FERRY = article("ferry", "The ferry keeps to its timetable.")


def source(text: str) -> PostedSource:
    return PostedSource("", FIELDS, json.dumps({"text": text}).encode())


def test_jobs_a_reader_may_queue_what_only_the_writer_deals_with(store: Store, reader: Store) -> None:
    job = reader.jobs.accept(JobKind.INGEST, [source("a"), source("b")])

    assert (job.status, job.total, job.done) == (JobStatus.QUEUED, 2, 0)
    assert store.jobs.next() == job == reader.jobs.get(job.id)
    with pytest.raises(RuntimeError, match="opened for reading"):
        reader.jobs.finish([job.number])


def test_jobs_an_unchanged_article_that_is_cut_anew_has_changed(store: Store) -> None:
    job = store.jobs.accept(JobKind.INGEST, [source("ferry"), source("ferry")])
    store.jobs.settle(job.number, [ReadSource(0, SplitArticle(FERRY, [passage(FERRY)]))], "splitter")
    stored = store.changes.seq()
    store.jobs.settle(job.number, [ReadSource(1, SplitArticle(FERRY, [passage(FERRY)]))], "splitter")
    assert store.changes.seq() == stored
    store.jobs.settle(job.number, [ReadSource(1, SplitArticle(FERRY, [passage(FERRY, 0, 9)]))], "another")
    assert [change.article_id for change in store.changes.since(stored)] == [FERRY.id]


def test_jobs_an_article_its_passages_and_what_became_of_it_are_one_commit(store: Store, reader: Store) -> None:
    job = store.jobs.accept(JobKind.INGEST, [source("ferry"), source("")])
    store.jobs.begin(job.number)
    store.jobs.settle(
        job.number,
        [ReadSource(0, SplitArticle(FERRY, [passage(FERRY)])), ReadSource(1, reason="It holds no text.")],
        "splitter",
    )

    assert reader.passages.all() == [passage(FERRY)]
    assert [(one.action, one.reason) for one in reader.jobs.outcomes(job.number).values()] == [
        (Action.CREATED, None),
        (Action.REJECTED, "It holds no text."),
    ]
    assert (reader.jobs.get(job.id).done, reader.jobs.get(job.id).deaths) == (2, 0)
    assert reader.jobs.waiting_sources(job.number, 10, 10_000) == []


def test_jobs_a_conflict_does_not_tell_where_the_other_source_lies(store: Store) -> None:
    put_unsplit(store, [FERRY])
    other = article("ferry", "Another text.", origin="/home/somebody/ferry.md")
    job = store.jobs.accept(JobKind.INGEST, [source("x")])
    [outcome] = store.jobs.settle(job.number, [ReadSource(0, SplitArticle(other, []))], "splitter")
    assert (outcome.action, outcome.other) == (Action.CONFLICT, None)
    assert "/" not in (outcome.reason or "")


def test_jobs_a_batch_is_bounded_by_number_and_size_and_holds_at_least_one(store: Store) -> None:
    job = store.jobs.accept(JobKind.INGEST, [source("a" * 1000) for _ in range(5)])
    positions = [
        [one.position for one in store.jobs.waiting_sources(job.number, most, size)]
        for most, size in ((2, 10_000), (10, 2_500), (10, 1))
    ]
    assert positions == [[0, 1], [0, 1], [0]]


def test_jobs_the_same_request_under_one_key_is_one_job_and_another_is_refused(store: Store) -> None:
    first = store.jobs.accept(JobKind.INGEST, [source("a")], key="k")

    assert store.jobs.accept(JobKind.INGEST, [source("a")], key="k").id == first.id
    assert store.jobs.repeated("k", JobKind.INGEST, [source("a")]) == first
    assert store.jobs.repeated("l", JobKind.INGEST, [source("a")]) is None
    assert store.jobs.accept(JobKind.INGEST, [source("a")]).id != first.id
    with pytest.raises(KeyReused, match="take a new key"):
        store.jobs.accept(JobKind.INGEST, [source("b")], key="k")


def test_jobs_quarantine_keeps_a_source_until_it_is_retried(store: Store, reader: Store) -> None:
    job = store.jobs.accept(JobKind.INGEST, [source("deadly"), source("harmless")])
    assert reader.jobs.oldest_unfinished() == job.accepted
    store.jobs.begin(job.number)
    store.jobs.quarantine(job.number, 0)
    assert [one.position for one in store.jobs.waiting_sources(job.number, 10, 1000)] == [1]
    store.jobs.settle(job.number, [ReadSource(1, SplitArticle(FERRY, [passage(FERRY)]))], "splitter")
    store.jobs.finish([job.number])

    assert reader.jobs.get(job.id).status is JobStatus.FAILED
    assert (reader.jobs.count_unfinished(), reader.jobs.count_quarantined()) == (0, 1)
    assert reader.jobs.oldest_unfinished() is None
    [waiting] = reader.jobs.waiting()
    assert (waiting.job.id, waiting.quarantined) == (job.id, ("number 1",))

    assert (reader.jobs.retry(job.id), reader.jobs.retry(job.id)) == (1, 0)
    assert [one.source for one in store.jobs.waiting_sources(job.number, 10, 1000)] == [source("deadly")]
    retried = store.jobs.next()
    assert retried is not None
    assert (retried.status, retried.deaths, retried.finished, retried.failure) == (JobStatus.QUEUED, 0, None, None)


def test_jobs_excuse_takes_one_death_back_and_note_progress_all_before(store: Store) -> None:
    job = store.jobs.accept(JobKind.INGEST, [source("a")])

    def deaths() -> int:
        return store.jobs.get(job.id).deaths

    store.jobs.excuse(job.number)
    assert deaths() == 0
    for _ in range(3):
        store.jobs.begin(job.number)
    store.jobs.excuse(job.number)
    assert deaths() == 2
    store.jobs.note_progress(job.number)
    assert deaths() == 1

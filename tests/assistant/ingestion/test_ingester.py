from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from threading import Event

import pytest

from assistant.ingestion import ingester
from assistant.ingestion.ingester import Ingester
from assistant.settings import IngestOptions, Settings
from corpus.article import article_id
from corpus.errors import DataFolderBusy, DataFolderUnusable
from corpus.job import Fate, Job, JobKind, JobStatus, PostedSource, SourceKind
from corpus.store import DataFolder, open_store, open_store_writer
from corpus.store.protocols import Store
from index.live import LiveIndex
from index.options import RetrievalOptions
from index.search import Searcher
from tests.hashing_encoder import HashingEncoder

ENCODER = HashingEncoder()
CRANE, FERRY = "The crane stands in the harbour.", "The ferry keeps to its timetable."


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data=tmp_path, ingesting=IngestOptions(max_article_characters=200))


@pytest.fixture
def data(settings: Settings) -> DataFolder:
    return settings.data_folder


@pytest.fixture
def store(data: DataFolder) -> Iterator[Store]:
    with open_store(data) as store:
        yield store


@pytest.fixture
def at_work(settings: Settings) -> Ingester:
    return Ingester(settings, ENCODER)


def post(store: Store, *articles: dict[str, str]) -> Job:
    sources = [PostedSource("", SourceKind.FIELDS, json.dumps(article).encode()) for article in articles]
    return store.jobs.accept(JobKind.INGEST, sources)


def delete(store: Store, external_id: str) -> Job:
    return store.jobs.accept(JobKind.DELETE, [PostedSource(article_id(external_id), SourceKind.FIELDS, b"")])


def fates(store: Store, job: Job) -> list[Fate]:
    return [outcome.fate for outcome in store.jobs.outcomes(job.number)]


def found(data: DataFolder, store: Store, question: str) -> list[str]:
    with LiveIndex(store, data, ENCODER.fingerprint) as live:
        hits = Searcher(store, ENCODER, live, RetrievalOptions()).search(question).hits
        assert not live.fallback
        return [hit.article.external_id for hit in hits]


def test_what_is_posted_is_found_when_its_job_is_done_though_no_generation_was_built(
    data: DataFolder, at_work: Ingester, store: Store
) -> None:
    job = post(store, {"text": CRANE, "external_id": "crane"}, {"text": FERRY, "external_id": "ferry"})
    at_work.work_off(Event())

    assert store.jobs.get(job.id).status is JobStatus.DONE
    assert fates(store, job) == [Fate.CREATED, Fate.CREATED]
    assert found(data, store, "crane in the harbour")[0] == "crane"
    assert store.generations.live() is None


@pytest.mark.parametrize(
    ("again", "fate", "number"),
    [
        ({"text": CRANE, "external_id": "crane"}, Fate.UNCHANGED, 1),
        ({"text": FERRY, "external_id": "crane"}, Fate.UPDATED, 1),
        ({"text": CRANE, "external_id": "copy"}, Fate.DUPLICATE_OF, 2),
        ({"text": "x" * 201}, Fate.REJECTED, 1),
        ({"text": " \n "}, Fate.REJECTED, 1),
    ],
)
def test_each_article_has_its_outcome(
    at_work: Ingester, store: Store, again: dict[str, str], fate: Fate, number: int
) -> None:
    post(store, {"text": CRANE, "external_id": "crane"})
    job = post(store, again)
    at_work.work_off(Event())
    assert fates(store, job) == [fate]
    assert store.articles.count() == number


def test_an_article_twice_in_one_request_ends_as_its_last_text(
    data: DataFolder, at_work: Ingester, store: Store
) -> None:
    job = post(store, {"text": CRANE, "external_id": "one"}, {"text": FERRY, "external_id": "one"})
    at_work.work_off(Event())
    assert fates(store, job) == [Fate.CREATED, Fate.UPDATED]
    assert store.articles.get(article_id("one")).text == FERRY
    assert found(data, store, "ferry timetable") == ["one"]


def test_an_article_without_a_name_is_known_by_its_text(at_work: Ingester, store: Store) -> None:
    jobs = [post(store, {"text": CRANE}) for _ in range(2)]
    at_work.work_off(Event())
    assert [fates(store, job) for job in jobs] == [[Fate.CREATED], [Fate.UNCHANGED]]


def test_files_are_read_as_what_they_are(at_work: Ingester, store: Store) -> None:
    files = [
        PostedSource(
            "a.md", SourceKind.MARKDOWN, b"---\ntitle: Crane\nurl: https://example.org/c\n---\n" + CRANE.encode()
        ),
        PostedSource("b.md", SourceKind.MARKDOWN, b"---\ntitle: never closed"),
        PostedSource("c.txt", SourceKind.TEXT, b"\x00\x01\x02\x03" * 20),
        PostedSource("d.txt", SourceKind.TEXT, FERRY.encode()),
    ]
    job = store.jobs.accept(JobKind.INGEST, files)
    at_work.work_off(Event())
    outcomes = [(one.name, one.fate) for one in store.jobs.outcomes(job.number)]
    assert outcomes == [
        ("https://example.org/c", Fate.CREATED),
        ("b.md", Fate.REJECTED),
        ("c.txt", Fate.REJECTED),
        ("d.txt", Fate.CREATED),
    ]


def test_a_deletion_goes_before_what_waits_and_what_was_posted_before_it_does_not_come_back(
    data: DataFolder, at_work: Ingester, store: Store
) -> None:
    post(store, {"text": CRANE, "external_id": "crane"})
    at_work.work_off(Event())
    waiting = post(store, {"text": FERRY, "external_id": "crane"}, {"text": FERRY, "external_id": "ferry"})
    gone = delete(store, "crane")
    at_work.work_off(Event())

    assert fates(store, gone) == [Fate.DELETED]
    assert fates(store, waiting) == [Fate.REJECTED, Fate.CREATED]
    assert found(data, store, "crane ferry harbour timetable") == ["ferry"]
    again = post(store, {"text": CRANE, "external_id": "crane"})
    at_work.work_off(Event())
    assert fates(store, again) == [Fate.CREATED]


def test_what_is_deleted_before_it_was_taken_in_is_taken_in_first(
    data: DataFolder, at_work: Ingester, store: Store
) -> None:
    post(store, {"text": FERRY, "external_id": "ferry"})
    posted = post(store, {"text": CRANE, "external_id": "crane"})
    gone = delete(store, "crane")
    at_work.work_off(Event())

    assert (fates(store, posted), fates(store, gone)) == ([Fate.CREATED], [Fate.DELETED])
    assert found(data, store, "crane ferry harbour timetable") == ["ferry"]


def test_a_deletion_of_what_was_never_there_is_rejected(at_work: Ingester, store: Store) -> None:
    post(store, {"text": CRANE, "external_id": "crane"})
    job = delete(store, "never")
    at_work.work_off(Event())

    (outcome,) = store.jobs.outcomes(job.number)
    assert (outcome.fate, outcome.reason) == (Fate.REJECTED, "No such article.")
    assert (outcome.name, outcome.article_id) == ("", article_id("never"))
    assert store.jobs.count_outcomes()[Fate.DELETED] == 0


def test_a_deletion_that_a_killed_process_had_begun_is_still_one(
    data: DataFolder, at_work: Ingester, store: Store
) -> None:
    post(store, {"text": CRANE, "external_id": "crane"})
    at_work.work_off(Event())
    job = delete(store, "crane")
    with open_store_writer(data) as killed:
        killed.jobs.begin_deletions([job.number])
        killed.articles.delete([article_id("crane")])
    at_work.work_off(Event())

    (outcome,) = store.jobs.outcomes(job.number)
    assert (outcome.fate, outcome.name, outcome.article_id) == (Fate.DELETED, "crane", article_id("crane"))
    assert store.jobs.get(job.id).started is not None


def test_two_articles_at_one_address_are_both_stored_with_a_warning(at_work: Ingester, store: Store) -> None:
    address = "https://example.org/page"
    post(store, {"text": CRANE, "external_id": "u1", "url": address})
    at_work.work_off(Event())
    job = post(store, {"text": FERRY, "url": f"{address}#part"}, {"text": "Other.", "url": f"{address}s"})
    at_work.work_off(Event())

    same, other = store.jobs.outcomes(job.number)
    assert (same.fate, same.warnings) == (Fate.CREATED, ("Another article has the same address: u1.",))
    assert (other.fate, other.warnings) == (Fate.CREATED, ())


def test_a_language_that_is_none_is_warned_of(at_work: Ingester, store: Store) -> None:
    job = post(store, {"text": CRANE, "language": "klingon"}, {"text": FERRY, "language": "en-GB"})
    at_work.work_off(Event())

    doubtful, plain = store.jobs.outcomes(job.number)
    assert "is no language tag" in doubtful.warnings[0]
    assert plain.warnings == ()


def test_jobs_wait_while_another_process_writes(data: DataFolder, at_work: Ingester, store: Store) -> None:
    job = post(store, {"text": CRANE})
    with open_store_writer(data), pytest.raises(DataFolderBusy):
        at_work.work_off(Event())
    at_work.work_off(Event())
    assert store.jobs.get(job.id).status is JobStatus.DONE


def test_a_job_that_a_killed_process_had_begun_is_done_by_the_next(
    data: DataFolder, at_work: Ingester, store: Store
) -> None:
    job = post(store, {"text": CRANE}, {"text": FERRY})
    with open_store_writer(data) as killed:
        killed.jobs.begin(job.number)
    assert store.jobs.get(job.id).status is JobStatus.RUNNING
    at_work.work_off(Event())
    assert fates(store, job) == [Fate.CREATED, Fate.CREATED]


def test_an_article_that_ends_every_process_is_rejected_and_the_rest_taken_in(
    data: DataFolder, at_work: Ingester, store: Store
) -> None:
    job = post(store, {"text": CRANE}, {"text": FERRY})
    with open_store_writer(data) as killed:
        for _ in range(5):
            killed.jobs.begin(job.number)
    at_work.work_off(Event())
    assert fates(store, job) == [Fate.REJECTED, Fate.CREATED]


def test_trouble_with_the_disk_keeps_the_job(at_work: Ingester, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    job = post(store, {"text": CRANE})

    def full(*_: object) -> None:
        raise DataFolderUnusable("The disk is full; free some space.")

    with monkeypatch.context() as patch:
        patch.setattr(ingester, "prepare", full)
        with pytest.raises(DataFolderUnusable):
            at_work.work_off(Event())
    assert (store.jobs.get(job.id).deaths, store.jobs.outcomes(job.number)) == (0, [])
    at_work.work_off(Event())
    assert fates(store, job) == [Fate.CREATED]


def test_a_generation_is_built_when_much_is_fresh_and_after_deletions(
    data: DataFolder, at_work: Ingester, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.ingesting.MAX_DELTA_PASSAGES", 1)
    monkeypatch.setattr(ingester, "_SECONDS_BETWEEN_BUILDS", 0.0)
    post(store, {"text": CRANE, "external_id": "crane"}, {"text": FERRY, "external_id": "ferry"})
    at_work.work_off(Event())
    built = store.generations.live()
    assert built is not None

    monkeypatch.setattr(ingester, "_SECONDS_BEFORE_PURGE", 0.0)
    delete(store, "crane")
    at_work.work_off(Event())
    assert store.generations.live() not in (None, built)
    assert found(data, store, "crane ferry") == ["ferry"]

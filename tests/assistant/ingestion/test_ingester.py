from __future__ import annotations

import importlib
import json
import logging
from collections.abc import Iterator, Sequence
from contextlib import suppress
from errno import EIO
from pathlib import Path
from threading import Event

import pytest

from assistant.ingestion import index_keeper, ingester
from assistant.ingestion.ingester import Ingester
from assistant.settings import IngestOptions, Settings
from corpus.article import Action, article_id
from corpus.errors import DataFolderBusy, DataFolderUnusable
from corpus.job import FIELDS, Job, JobKind, JobStatus, PostedSource
from corpus.store import DataFolder, open_store, open_store_writer
from corpus.store.protocols import Store
from corpus.store.sql.jobs import SqlJobs
from index.encoders.encoder import Vectors
from index.errors import ModelRunFailed, WordIndexDamaged, running_a_model
from index.live import LiveIndex
from index.options import RetrievalOptions
from index.retriever import Retriever
from tests.corpus.store.examples import put_unsplit
from tests.hashing_encoder import HashingEncoder
from tests.index.library import article, pipeline, split, update

ENCODER = HashingEncoder()
CRANE, FERRY = "The crane stands in the harbour.", "The ferry keeps to its timetable."


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.cluster)])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    is_shared = request.param == "postgres"
    place = request.getfixturevalue("postgres").new_database() if is_shared else tmp_path
    return Settings(data=place, cache=tmp_path, ingesting=IngestOptions(max_article_characters=200))


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
    sources = [PostedSource("", FIELDS, json.dumps(article).encode()) for article in articles]
    return store.jobs.accept(JobKind.INGEST, sources)


def delete(store: Store, external_id: str) -> Job:
    return store.jobs.accept(JobKind.DELETE, [PostedSource(article_id(external_id), FIELDS, b"")])


def actions(store: Store, job: Job) -> list[Action]:
    return [outcome.action for outcome in store.jobs.outcomes(job.number).values()]


def found(data: DataFolder, store: Store, question: str) -> list[str]:
    with LiveIndex(store, data, ENCODER.fingerprint) as live:
        hits = Retriever(store, ENCODER, live, RetrievalOptions()).retrieve(question).hits
        assert not live.fallback
        return [hit.article.external_id for hit in hits]


def look_twice(at_work: Ingester) -> None:
    """Where machines share a store, the first look may only follow with this one's index."""
    for _ in range(2):
        at_work.work_off(Event())


def test_ingester_what_is_posted_is_found_when_its_job_is_done_though_no_generation_was_built(
    data: DataFolder, at_work: Ingester, store: Store
) -> None:
    job = post(store, {"text": CRANE, "external_id": "crane"}, {"text": FERRY, "external_id": "ferry"})
    at_work.work_off(Event())

    assert store.jobs.get(job.id).status is JobStatus.DONE
    assert actions(store, job) == [Action.CREATED, Action.CREATED]
    assert found(data, store, "crane in the harbour")[0] == "crane"
    assert store.generations.live() is None


@pytest.mark.parametrize(
    ("again", "action", "number"),
    [
        ({"text": CRANE, "external_id": "crane"}, Action.UNCHANGED, 1),
        ({"text": FERRY, "external_id": "crane"}, Action.UPDATED, 1),
        ({"text": CRANE, "external_id": "copy"}, Action.DUPLICATE, 2),
        ({"text": "x" * 201}, Action.REJECTED, 1),
        ({"text": " \n "}, Action.REJECTED, 1),
    ],
)
def test_ingester_each_article_has_its_outcome(
    at_work: Ingester, store: Store, again: dict[str, str], action: Action, number: int
) -> None:
    post(store, {"text": CRANE, "external_id": "crane"})
    job = post(store, again)
    at_work.work_off(Event())
    assert actions(store, job) == [action]
    assert store.articles.count() == number


def test_ingester_an_article_twice_in_one_request_ends_as_its_last_text(
    data: DataFolder, at_work: Ingester, store: Store
) -> None:
    job = post(store, {"text": CRANE, "external_id": "one"}, {"text": FERRY, "external_id": "one"})
    at_work.work_off(Event())
    assert actions(store, job) == [Action.CREATED, Action.UPDATED]
    assert store.articles.get(article_id("one")).text == FERRY
    assert found(data, store, "ferry timetable") == ["one"]


def test_ingester_an_article_without_a_name_is_known_by_its_text(at_work: Ingester, store: Store) -> None:
    jobs = [post(store, {"text": CRANE}) for _ in range(2)]
    at_work.work_off(Event())
    assert [actions(store, job) for job in jobs] == [[Action.CREATED], [Action.UNCHANGED]]


def test_ingester_files_are_read_as_what_they_are(at_work: Ingester, store: Store) -> None:
    files = [
        PostedSource("a.md", "markdown", b"---\ntitle: Crane\nurl: https://example.org/c\n---\n" + CRANE.encode()),
        PostedSource("b.md", "markdown", b"---\ntitle: never closed"),
        PostedSource("c.txt", "text", b"\x00\x01\x02\x03" * 20),
        PostedSource("d.txt", "text", FERRY.encode()),
    ]
    job = store.jobs.accept(JobKind.INGEST, files)
    at_work.work_off(Event())
    outcomes = [(one.external_id, one.action) for one in store.jobs.outcomes(job.number).values()]
    assert outcomes == [
        ("https://example.org/c", Action.CREATED),
        ("b.md", Action.REJECTED),
        ("c.txt", Action.REJECTED),
        ("d.txt", Action.CREATED),
    ]


def test_ingester_a_deletion_goes_before_what_waits_and_what_was_posted_before_it_does_not_come_back(
    data: DataFolder, at_work: Ingester, store: Store
) -> None:
    post(store, {"text": CRANE, "external_id": "crane"})
    at_work.work_off(Event())
    waiting = post(store, {"text": FERRY, "external_id": "crane"}, {"text": FERRY, "external_id": "ferry"})
    gone = delete(store, "crane")
    at_work.work_off(Event())

    assert actions(store, gone) == [Action.DELETED]
    assert actions(store, waiting) == [Action.REJECTED, Action.CREATED]
    assert found(data, store, "crane ferry harbour timetable") == ["ferry"]
    again = post(store, {"text": CRANE, "external_id": "crane"})
    at_work.work_off(Event())
    assert actions(store, again) == [Action.CREATED]


def test_ingester_what_is_deleted_before_it_was_taken_in_is_taken_in_first(
    data: DataFolder, at_work: Ingester, store: Store
) -> None:
    post(store, {"text": FERRY, "external_id": "ferry"})
    posted = post(store, {"text": CRANE, "external_id": "crane"})
    gone = delete(store, "crane")
    at_work.work_off(Event())

    assert (actions(store, posted), actions(store, gone)) == ([Action.CREATED], [Action.DELETED])
    assert found(data, store, "crane ferry harbour timetable") == ["ferry"]


def test_ingester_a_deletion_of_what_was_never_there_is_rejected(at_work: Ingester, store: Store) -> None:
    post(store, {"text": CRANE, "external_id": "crane"})
    job = delete(store, "never")
    at_work.work_off(Event())

    (outcome,) = store.jobs.outcomes(job.number).values()
    assert (outcome.action, outcome.reason) == (Action.REJECTED, "No such article.")
    assert (outcome.external_id, outcome.article_id) == ("", article_id("never"))
    assert store.jobs.count_outcomes()[Action.DELETED] == 0


def test_ingester_a_deletion_that_a_killed_process_had_begun_is_still_one(
    data: DataFolder, at_work: Ingester, store: Store
) -> None:
    post(store, {"text": CRANE, "external_id": "crane"})
    at_work.work_off(Event())
    job = delete(store, "crane")
    with open_store_writer(data) as killed:
        killed.jobs.begin_deletions([job.number])
        killed.articles.delete([article_id("crane")])
    at_work.work_off(Event())

    (outcome,) = store.jobs.outcomes(job.number).values()
    assert (outcome.action, outcome.external_id, outcome.article_id) == (Action.DELETED, "crane", article_id("crane"))
    assert store.jobs.get(job.id).started is not None


def test_ingester_two_articles_at_one_address_are_both_stored_with_a_warning(at_work: Ingester, store: Store) -> None:
    address = "https://example.org/page"
    post(store, {"text": CRANE, "external_id": "u1", "url": address})
    at_work.work_off(Event())
    job = post(store, {"text": FERRY, "url": f"{address}#part"}, {"text": "Other.", "url": f"{address}s"})
    at_work.work_off(Event())

    same, other = store.jobs.outcomes(job.number).values()
    assert (same.action, same.warnings) == (Action.CREATED, ("Another article has the same address: u1.",))
    assert (other.action, other.warnings) == (Action.CREATED, ())


def test_ingester_a_language_that_is_none_is_warned_of(at_work: Ingester, store: Store) -> None:
    job = post(store, {"text": CRANE, "language": "klingon"}, {"text": FERRY, "language": "en-GB"})
    at_work.work_off(Event())

    doubtful, plain = store.jobs.outcomes(job.number).values()
    assert "is no language tag" in doubtful.warnings[0]
    assert plain.warnings == ()


def test_ingester_jobs_wait_while_another_process_writes(data: DataFolder, at_work: Ingester, store: Store) -> None:
    job = post(store, {"text": CRANE})
    with open_store_writer(data), suppress(DataFolderBusy):  # or it has nothing to do but to follow
        at_work.work_off(Event())
    assert store.jobs.get(job.id).status is JobStatus.QUEUED
    at_work.work_off(Event())
    assert store.jobs.get(job.id).status is JobStatus.DONE


def test_ingester_a_job_that_a_killed_process_had_begun_is_done_by_the_next(
    data: DataFolder, at_work: Ingester, store: Store
) -> None:
    job = post(store, {"text": CRANE}, {"text": FERRY})
    with open_store_writer(data) as killed:
        killed.jobs.begin(job.number)
    assert store.jobs.get(job.id).status is JobStatus.RUNNING
    at_work.work_off(Event())
    assert actions(store, job) == [Action.CREATED, Action.CREATED]


def test_ingester_puts_what_ends_every_process_into_quarantine_and_takes_the_rest_in(
    data: DataFolder, at_work: Ingester, store: Store
) -> None:
    job = post(store, {"text": CRANE, "external_id": "crane"}, {"text": FERRY})
    with open_store_writer(data) as killed:
        for _ in range(5):
            killed.jobs.begin(job.number)
    at_work.work_off(Event())
    assert store.jobs.outcomes(job.number).keys() == {1}
    assert store.jobs.get(job.id).status is JobStatus.FAILED
    assert "assistant jobs" in (store.jobs.get(job.id).failure or "")

    assert store.jobs.retry(job.id) == 1
    at_work.work_off(Event())
    assert actions(store, job) == [Action.CREATED, Action.CREATED]
    assert (store.jobs.get(job.id).status, store.jobs.get(job.id).failure) == (JobStatus.DONE, None)


@pytest.mark.parametrize("in_one_job", [False, True])
def test_ingester_a_retry_does_not_replace_a_newer_version(
    data: DataFolder, at_work: Ingester, store: Store, in_one_job: bool
) -> None:
    old, new = {"text": CRANE, "external_id": "crane"}, {"text": FERRY, "external_id": "crane"}
    job = post(store, old, new) if in_one_job else post(store, old)
    if not in_one_job:
        post(store, new)
    with open_store_writer(data) as killed:
        killed.jobs.quarantine(job.number, 0)
    at_work.work_off(Event())
    store.jobs.retry(job.id)
    at_work.work_off(Event())

    outcome = store.jobs.outcomes(job.number)[0]
    assert (outcome.action, outcome.reason) == (Action.REJECTED, "A later request replaced it.")
    assert store.articles.get(article_id("crane")).text == FERRY


class Troubled(HashingEncoder):
    """Embeds so many times, and then meets trouble until it is told that it is over."""

    def __init__(self, trouble: Exception | type[Exception], times: int = 0) -> None:
        self.trouble: Exception | type[Exception] | None = trouble
        self._times = times

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        self._times -= 1
        if self.trouble and self._times < 0:
            raise self.trouble
        return super().embed_passages(texts)


class Failing(Troubled):
    """Fails as the runtimes of models do."""

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        with running_a_model():
            return super().embed_passages(texts)


@pytest.mark.parametrize(
    "trouble",
    [
        DataFolderUnusable("The disk is full; free some space."),
        OSError(EIO, "Input/output error"),
        WordIndexDamaged("The word index cannot be written; check the disk."),
        MemoryError(),
    ],
)
def test_ingester_blames_no_source_for_passing_trouble_with_the_machine(
    settings: Settings, store: Store, trouble: Exception
) -> None:
    encoder = Troubled(trouble)
    at_work, job = Ingester(settings, encoder), post(store, {"text": CRANE})
    for _ in range(10):
        with pytest.raises(type(trouble)):
            at_work.work_off(Event())
    assert (store.jobs.get(job.id).deaths, store.jobs.outcomes(job.number)) == (0, {})
    encoder.trouble = None
    at_work.work_off(Event())
    assert actions(store, job) == [Action.CREATED]


def test_ingester_counts_no_death_when_the_disk_is_too_full_to_note_that_it_came_back(
    settings: Settings, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    encoder = Troubled(DataFolderUnusable("The disk is full; free some space."))
    at_work, job = Ingester(settings, encoder), post(store, {"text": CRANE})

    def full(*_: object) -> None:
        raise DataFolderUnusable("The disk is full; free some space.")

    with monkeypatch.context() as patch:
        patch.setattr(SqlJobs, "excuse", full)
        for _ in range(10):
            with pytest.raises(DataFolderUnusable):
                at_work.work_off(Event())
    assert store.jobs.get(job.id).deaths == 1
    encoder.trouble = None
    at_work.work_off(Event())
    assert actions(store, job) == [Action.CREATED]


def test_ingester_keeps_what_it_cannot_read_while_its_program_is_replaced(
    at_work: Ingester, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = post(store, {"text": CRANE})
    with monkeypatch.context() as patch:
        patch.setattr(ingester, "read_source", lambda *_: importlib.import_module("no_such_module"))
        with pytest.raises(ImportError):
            at_work.work_off(Event())
    assert (store.jobs.get(job.id).deaths, store.jobs.outcomes(job.number)) == (0, {})
    at_work.work_off(Event())
    assert actions(store, job) == [Action.CREATED]


def test_ingester_blames_no_source_when_a_model_has_no_memory(settings: Settings, store: Store) -> None:
    at_work, job = Ingester(settings, Failing(MemoryError)), post(store, {"text": CRANE})
    with pytest.raises(ModelRunFailed):
        at_work.work_off(Event())
    assert store.jobs.get(job.id).deaths == 0


@pytest.mark.parametrize("encoder", [Troubled(RuntimeError), Failing(RuntimeError)])
def test_ingester_takes_what_it_fails_over_again_and_again_for_the_fault_of_the_source(
    settings: Settings, store: Store, encoder: Troubled
) -> None:
    at_work = Ingester(settings, encoder)
    job = post(store, {"text": CRANE, "external_id": "crane"})
    for _ in range(5):
        with pytest.raises((RuntimeError, ModelRunFailed)):
            at_work.work_off(Event())
    at_work.work_off(Event())
    assert [waiting.quarantined for waiting in store.jobs.waiting()] == [("number 1",)]
    assert store.jobs.get(job.id).status is JobStatus.FAILED


class FailingOver(HashingEncoder):
    """Fails over one text."""

    def __init__(self, text: str) -> None:
        self._text = text

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        if any(self._text in text for text in texts):
            raise RuntimeError
        return super().embed_passages(texts)


@pytest.mark.parametrize("position", [0, 9, 15, 16, 39])
def test_ingester_ends_no_more_often_than_five_times_wherever_in_a_job_the_cause_is(
    settings: Settings, store: Store, position: int
) -> None:
    texts = [f"Story {number}." for number in range(40)]
    texts[position] = CRANE
    job, ends = post(store, *({"text": text} for text in texts)), 0
    while store.jobs.get(job.id).status is not JobStatus.FAILED:
        try:
            Ingester(settings, FailingOver(CRANE)).work_off(Event())
        except RuntimeError:
            ends += 1
    assert ends == 5
    assert [waiting.quarantined for waiting in store.jobs.waiting()] == [(f"number {position + 1}",)]
    assert len(store.jobs.outcomes(job.number)) == 39


def is_on_disk(data: DataFolder, text: str) -> bool:
    return any(text.encode() in path.read_bytes() for path in data.path.rglob("*") if path.is_file())


def test_ingester_leaves_nothing_of_an_update_that_waited_when_its_article_was_deleted(
    data: DataFolder, at_work: Ingester, store: Store
) -> None:
    post(store, {"text": CRANE, "external_id": "crane"})
    at_work.work_off(Event())
    post(store, {"text": "xyzzy-plugh-0451", "external_id": "crane"})
    delete(store, "crane")
    at_work.work_off(Event())
    assert not is_on_disk(data, "xyzzy-plugh-0451")


@pytest.mark.parametrize("is_stored", [True, False])
def test_ingester_deletes_what_is_in_quarantine_for_an_article_too(
    settings: Settings, data: DataFolder, store: Store, is_stored: bool
) -> None:
    if is_stored:
        post(store, {"text": CRANE, "external_id": "crane"})
        Ingester(settings, ENCODER).work_off(Event())
    job = post(store, {"text": "xyzzy-plugh-0451", "external_id": "crane"})
    at_work = Ingester(settings, Troubled(RuntimeError))
    for _ in range(5):
        with pytest.raises(RuntimeError):
            at_work.work_off(Event())
    at_work.work_off(Event())
    assert store.jobs.get(job.id).status is JobStatus.FAILED
    delete(store, "crane")
    at_work.work_off(Event())

    assert (store.jobs.get(job.id).status, store.jobs.get(job.id).failure) == (JobStatus.DONE, None)
    assert store.jobs.outcomes(job.number)[0].reason == "It was deleted by a later request."
    assert store.jobs.waiting() == []
    assert not is_on_disk(data, "xyzzy-plugh-0451")


def test_ingester_tells_of_life_at_each_source_and_step(settings: Settings, store: Store) -> None:
    post(store, {"text": CRANE, "external_id": "crane"}, {"text": FERRY, "external_id": "ferry"})
    signs: list[int] = []
    Ingester(settings, ENCODER, on_alive=lambda: signs.append(store.articles.count())).work_off(Event())
    assert signs[:3] == [0, 0, 0]  # two were read, and a step began


def test_ingester_stops_within_a_step_keeps_what_it_embedded_and_counts_no_death(
    data: DataFolder, store: Store
) -> None:
    settings = Settings(data=data.database_url or data.path, cache=data.path)
    text = " ".join(f"Crane number {number} stands in harbour {number}." for number in range(9_000))
    job = post(store, {"text": text, "external_id": "long"})
    embedded = store.changes.mark()
    for _ in range(5):
        stop = Event()

        class Stopping(HashingEncoder):
            def embed_passages(self, texts: Sequence[str], stop: Event = stop) -> Vectors:
                stop.set()
                return super().embed_passages(texts)

        Ingester(settings, Stopping()).run(stop)
        assert store.jobs.get(job.id).deaths == 0
        mark = store.changes.mark()
        assert mark != embedded or actions(store, job)
        embedded = mark
    Ingester(settings, ENCODER).work_off(Event())
    assert actions(store, job) == [Action.CREATED]
    assert set(found(data, store, "Crane number 8999")) == {"long"}


def test_ingester_deaths_of_a_source_count_only_when_it_got_no_further_in_between(
    data: DataFolder, store: Store
) -> None:
    settings = Settings(data=data.database_url or data.path, cache=data.path)
    text = " ".join(f"Crane number {number} stands in harbour {number}." for number in range(9_000))
    job = post(store, {"text": text})
    for _ in range(3):
        with pytest.raises(RuntimeError):
            Ingester(settings, Troubled(RuntimeError, times=1)).work_off(Event())
        assert store.jobs.get(job.id).deaths == 1


def test_ingester_makes_findable_what_a_killed_writer_of_an_older_version_left(
    data: DataFolder, at_work: Ingester, store: Store
) -> None:
    with open_store_writer(data) as killed:
        put_unsplit(killed, [article("crane", CRANE), article("ferry", FERRY)])
        split(killed, ENCODER)
        put_unsplit(killed, [article("tide", "High water is at noon.")])
    assert store.passages.count_unfindable_articles() == 3
    look_twice(at_work)
    assert store.passages.count_unfindable_articles() == 0
    assert [found(data, store, question)[0] for question in ("crane", "ferry", "water")] == ["crane", "ferry", "tide"]


def test_ingester_finishes_and_builds_beside_a_left_over_that_fails_each_time(
    settings: Settings, data: DataFolder, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Poisoned(HashingEncoder):
        tried = 0

        def embed_passages(self, texts: Sequence[str]) -> Vectors:
            if any("poison" in text for text in texts):
                self.tried += 1
                raise ValueError("poison")
            return super().embed_passages(texts)

    monkeypatch.setattr("index.maintenance.MAX_DELTA_PASSAGES", 0)
    with open_store_writer(data) as killed:
        put_unsplit(killed, [article("ship", "It carries poison."), article("crane", CRANE)])
    encoder = Poisoned()
    at_work = Ingester(settings, encoder)

    look_twice(at_work)
    assert found(data, store, "crane") == ["crane"]
    assert store.generations.live() is not None
    tried = encoder.tried
    post(store, {"text": FERRY, "external_id": "ferry"})
    at_work.work_off(Event())
    assert encoder.tried == tried


def test_ingester_leaves_alone_what_another_encoder_embedded(
    settings: Settings, data: DataFolder, store: Store
) -> None:
    class Another(HashingEncoder):
        fingerprint = "another"

    with open_store_writer(data) as writer:
        update(writer, data, Another())
        pipeline(writer, data, Another()).take([article("crane", CRANE)])
    before = store.changes.seq()
    Ingester(settings, ENCODER).work_off(Event())
    assert store.changes.seq() == before


def test_ingester_a_generation_is_built_when_much_is_fresh_and_after_deletions(
    data: DataFolder, at_work: Ingester, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.maintenance.MAX_DELTA_PASSAGES", 1)
    monkeypatch.setattr(index_keeper, "_SECONDS_BETWEEN_BUILDS", 0.0)
    post(store, {"text": CRANE, "external_id": "crane"}, {"text": FERRY, "external_id": "ferry"})
    at_work.work_off(Event())
    built = store.generations.live()
    assert built is not None

    monkeypatch.setattr(index_keeper, "_SECONDS_BEFORE_PURGE", 0.0)
    delete(store, "crane")
    at_work.work_off(Event())
    assert store.generations.live() not in (None, built)
    assert found(data, store, "crane ferry") == ["ferry"]


def test_ingester_a_purge_waits_for_no_job_and_its_vectors_leave_the_disk_some_seconds_after_it(
    settings: Settings, data: DataFolder, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 1000.0
    for module in (ingester, index_keeper):
        monkeypatch.setattr(module, "monotonic", lambda: now)
    with open_store_writer(data) as writer:
        pipeline(writer, data).take([article("crane", CRANE), article("ferry", FERRY)])
        update(writer, data)
    at_work, former = Ingester(settings, ENCODER), store.generations.live()
    assert former is not None
    delete(store, "crane")
    at_work.work_off(Event())

    now += 50
    post(store, {"text": CRANE})
    at_work.work_off(Event())
    assert store.generations.live() == former
    now += 20
    at_work.work_off(Event())
    assert store.generations.live() != former
    for seconds, is_there in ((1, True), (25, True), (6, False)):
        now += seconds
        at_work.work_off(Event())
        assert (data.generations / former.name).exists() == is_there


def test_ingester_counts_what_is_fresh_only_when_something_changed(
    at_work: Ingester, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted: list[bool] = []
    count = index_keeper.is_build_due
    monkeypatch.setattr(index_keeper, "is_build_due", lambda *look: counted.append(count(*look)) or counted[-1])
    post(store, {"text": CRANE, "external_id": "crane"})
    at_work.work_off(Event())
    before = len(counted)
    for _ in range(5):
        at_work.work_off(Event())
    assert len(counted) == before
    post(store, {"text": FERRY, "external_id": "crane"})
    at_work.work_off(Event())
    assert len(counted) > before


def test_ingester_tells_the_audit_log_what_each_job_changed(
    at_work: Ingester, store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "audit")
    first = post(store, {"text": CRANE, "external_id": "crane"})
    at_work.work_off(Event())
    second = post(store, {"text": FERRY, "external_id": "crane"})
    at_work.work_off(Event())
    delete(store, "crane")
    at_work.work_off(Event())

    lines = [record.facts for record in caplog.records if record.name == "audit"]  # type: ignore[attr-defined]
    assert [(line["event"], line.get("job_id")) for line in lines] == [
        ("article_added", first.id),
        ("article_replaced", second.id),
        ("article_deleted", None),
    ]
    assert {line["article_id"] for line in lines} == {article_id("crane")}
    assert CRANE not in str(lines)

"""Two machines at one PostgreSQL: each has a folder, an ingester and an index of its own."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from threading import Event

import pytest

from assistant.ingestion.ingester import Ingester
from assistant.settings import Settings
from corpus.article import article_id
from corpus.job import FIELDS, Job, JobKind, JobStatus, PostedSource
from corpus.store import open_store, open_store_writer
from corpus.store.protocols import Store
from index import maintenance
from index.live import LiveIndex
from index.options import RetrievalOptions
from index.retriever import Retriever
from tests.corpus.store.examples import run_together
from tests.hashing_encoder import HashingEncoder
from tests.postgres_server import PostgresServer

ENCODER = HashingEncoder()
CRANE, FERRY = "The crane stands in the harbour.", "The ferry keeps to its timetable."


@pytest.fixture
def machine(postgres: PostgresServer, tmp_path: Path) -> Callable[[str], Settings]:
    """Settings of a machine, by its name."""
    url = postgres.new_database()
    return lambda name: Settings(data=url, cache=tmp_path / name)


def post(settings: Settings, name: str, text: str) -> Job:
    with open_store(settings.data_folder) as store:
        body = json.dumps({"text": text, "external_id": name}).encode()
        return store.jobs.accept(JobKind.INGEST, [PostedSource("", FIELDS, body)])


def delete(settings: Settings, name: str) -> Job:
    with open_store(settings.data_folder) as store:
        return store.jobs.accept(JobKind.DELETE, [PostedSource(article_id(name), FIELDS, b"")])


def status(settings: Settings, job: Job) -> JobStatus:
    with open_store(settings.data_folder) as store:
        return store.jobs.get(job.id).status


def work_off(settings: Settings) -> None:
    ingester, stop = Ingester(settings, ENCODER), Event()
    ingester.work_off(stop)
    stop.set()
    ingester.run(stop)  # closes what it watches


def found(settings: Settings, question: str) -> list[str]:
    with open_store(settings.data_folder) as store, LiveIndex(store, settings.data_folder, ENCODER.fingerprint) as live:
        assert not live.fallback
        return names(store, live, question)


def names(store: Store, live: LiveIndex, question: str) -> list[str]:
    hits = Retriever(store, ENCODER, live, RetrievalOptions()).retrieve(question).hits
    return [hit.article.external_id for hit in hits]


def test_ingester_of_any_machine_takes_in_what_was_posted_at_another_and_both_find_it(
    machine: Callable[[str], Settings],
) -> None:
    here, there = machine("here"), machine("there")
    job = post(here, "crane", CRANE)
    work_off(there)
    assert status(here, job) is JobStatus.DONE
    work_off(here)
    for settings in (here, there):
        assert found(settings, "crane in the harbour") == ["crane"]

    delete(there, "crane")
    work_off(here)
    work_off(there)
    for settings in (here, there):
        assert found(settings, "crane in the harbour") == []


def test_ingesters_of_two_workers_share_the_jobs_and_what_was_asked_for_last_holds(
    machine: Callable[[str], Settings],
) -> None:
    here, there = machine("here"), machine("there")
    jobs = [post(here, f"ship{number % 4}", f"The ship lies at pier {number}.") for number in range(16)]
    jobs += [delete(here, "ship0"), delete(here, "ship1")]
    jobs.append(post(there, "ship0", "The ship lies at pier 20."))

    def work(settings: Settings) -> None:
        ingester = Ingester(settings, ENCODER, keeps_index=False)
        with open_store(settings.data_folder) as store:
            for _ in range(500):
                ingester.work_off(Event())
                if not store.jobs.count_unfinished():
                    break
                Event().wait(0.02)
        stopped = Event()
        stopped.set()
        ingester.run(stopped)  # closes what it watches

    run_together(lambda: work(here), lambda: work(there))
    with open_store(here.data_folder) as store:
        assert {store.jobs.get(job.id).status for job in jobs} == {JobStatus.DONE}
        ids = [article_id(f"ship{number}") for number in range(4)]
        piers = {one.external_id: one.text.split()[-1] for one in store.articles.get_many(ids).values()}
        assert piers == {"ship0": "20.", "ship2": "14.", "ship3": "15."}
        assert store.passages.count_unfindable_articles() == 0
    assert not there.data_folder.index.exists()


def test_ingester_keeps_its_own_index_while_another_machine_writes(machine: Callable[[str], Settings]) -> None:
    here, there = machine("here"), machine("there")
    post(here, "crane", CRANE)
    work_off(here)
    with open_store_writer(here.data_folder):
        waiting = post(there, "ferry", FERRY)
        work_off(there)
        assert status(there, waiting) is JobStatus.QUEUED
        assert found(there, "crane in the harbour") == ["crane"]


def test_ingester_that_takes_no_jobs_tells_of_trouble_with_its_index_and_not_with_ingesting(tmp_path: Path) -> None:
    gone, stop = Settings(data="postgresql://assistant@/news?host=%2Fnowhere", cache=tmp_path), Event()
    told: list[str] = []

    class StopAtTrouble(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            told.append(record.getMessage())
            stop.set()

    logger, handler = logging.getLogger(Ingester.__module__), StopAtTrouble()
    logger.addHandler(handler)
    Ingester(gone, ENCODER, takes_jobs=False).run(stop)
    logger.removeHandler(handler)

    [sentence] = told
    assert sentence.startswith("Keeping the index waits: The database news on this machine cannot be used")


def test_ingester_of_each_machine_builds_generations_of_its_own(
    machine: Callable[[str], Settings], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(maintenance, "MAX_DELTA_PASSAGES", 1)
    here, there = machine("here"), machine("there")
    post(here, "crane", CRANE)
    post(here, "ferry", FERRY)
    work_off(here)
    with open_store(there.data_folder) as store:
        assert store.generations.live() is None
    work_off(there)
    for settings in (here, there):
        with open_store(settings.data_folder) as store:
            live = store.generations.live()
            assert live is not None
            assert (settings.data_folder.generations / live.name).is_dir()
        assert found(settings, "crane in the harbour")[0] == "crane"


def test_live_index_of_another_machine_finds_by_meaning_at_once_and_by_words_when_it_caught_up(
    machine: Callable[[str], Settings],
) -> None:
    here, there = machine("here"), machine("there")
    post(here, "crane", CRANE)
    for settings in (here, there):
        work_off(settings)
    data = there.data_folder
    with open_store(data) as store, LiveIndex(store, data, ENCODER.fingerprint) as live:
        post(here, "ferry", FERRY)
        work_off(here)
        live.catch_up()
        assert names(store, live, "ferry timetable")[0] == "ferry"
        assert live.words().search("ferry", 5) == []
        work_off(there)
        live.refresh()
        assert len(live.words().search("ferry", 5)) == 1


def test_data_folder_of_a_machine_is_told_to_its_processes_with_the_address(machine: Callable[[str], Settings]) -> None:
    settings = machine("here")
    again = Settings.model_validate_json(json.dumps(settings.with_secrets()))
    assert again.data_folder == settings.data_folder
    assert replace(again.data_folder, database_url=None).path == settings.cache
    assert str(settings.data_folder.database_url) not in repr(settings)

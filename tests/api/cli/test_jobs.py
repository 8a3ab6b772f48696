from __future__ import annotations

import json
from pathlib import Path

import pytest

from corpus.job import FIELDS, Job, JobKind, PostedSource
from corpus.store import DataFolder, open_store_writer
from tests.api.cli.conftest import Command


@pytest.fixture
def quarantined(tmp_path: Path) -> Job:
    """A job of two articles, the first of which is in quarantine."""
    sources = [PostedSource(name, FIELDS, b'{"text": "A crane."}') for name in ("crane", "ferry")]
    with open_store_writer(DataFolder(tmp_path / "data")) as store:
        job = store.jobs.accept(JobKind.INGEST, sources)
        store.jobs.quarantine(job.number, 0)
    return job


def test_jobs_list_shows_what_waits_and_what_is_in_quarantine(assistant: Command, quarantined: Job) -> None:
    done = assistant("jobs", "list")
    assert done.out.splitlines() == [f"{quarantined.id}  ingest  queued  0 of 2 done", "  in quarantine: crane"]

    [job] = json.loads(assistant("jobs", "list", "--json").out)["data"]
    assert (job["id"], job["total"], job["quarantined"]) == (quarantined.id, 2, ["crane"])


def test_jobs_list_of_an_empty_queue_says_so(assistant: Command) -> None:
    done = assistant("jobs", "list")
    assert (done.code, done.out, done.err) == (0, "", "No job waits.\n")


def test_jobs_retry_ends_the_quarantine_and_says_when_there_is_none(assistant: Command, quarantined: Job) -> None:
    first, second = assistant("jobs", "retry", quarantined.id), assistant("jobs", "retry", quarantined.id)
    assert (first.code, first.out) == (0, "1 to be tried again.\n")
    assert second.code == 1
    assert json.loads(assistant("jobs", "list", "--json").out)["data"][0]["quarantined"] == []


def test_jobs_retry_of_an_unknown_job_is_told_in_one_sentence(assistant: Command) -> None:
    done = assistant("jobs", "retry", "job_unknown")
    assert done.code != 0
    assert len(done.err.splitlines()) == 1

"""Kills the whole service, or one of its processes, at random moments: what was accepted is taken in nevertheless."""

from __future__ import annotations

import os
import random
import shutil
import signal
import time
from pathlib import Path

import httpx
import pytest

from corpus.article import article_id
from corpus.store import DataFolder, open_store
from tests.api.cli.test_serving_processes import children, served, until_done

_LONGEST_LIFE = 6.0
"""Seconds in which articles are posted before something is killed."""


def test_service_a_kill_of_the_service_loses_no_accepted_article(samples: Path, tmp_path: Path) -> None:
    kill_and_check(samples, tmp_path / "data", kills=1)


@pytest.mark.chaos
def test_service_many_kills_of_the_service_lose_no_accepted_article(
    samples: Path, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    kill_and_check(samples, tmp_path / "data", max(1, request.config.getoption("--kills") // 5))


def kill_and_check(samples: Path, data: Path, kills: int) -> None:
    shutil.copytree(samples, data)
    seed, accepted = random.randrange(2**32), []
    print(f"moments chosen by seed {seed}")
    moments = random.Random(seed)
    for _ in range(kills):
        accepted += post_until_killed(data, moments, len(accepted))
    with served(data) as (client, _):
        for job in {job for _, job in accepted}:
            assert until_done(client, job)["status"] == "done"
    with open_store(DataFolder(data)) as store:
        stored = store.articles.get_many([article_id(name) for name, _ in accepted])
    assert {article.external_id for article in stored.values()} == {name for name, _ in accepted}
    print(f"{kills} kills: {len(accepted)} articles, none lost")


def post_until_killed(data: Path, moments: random.Random, first: int) -> list[tuple[str, str]]:
    """Names of the articles that were accepted, with their jobs."""
    accepted: list[tuple[str, str]] = []
    with served(data, "--workers", "2") as (client, process):
        family = children(process)
        end = time.monotonic() + moments.uniform(0.5, _LONGEST_LIFE)
        killed = moments.choice(family)
        while time.monotonic() < end:
            name = f"crane{first + len(accepted)}"
            response = client.post("/v1/articles", json={"external_id": name, "text": f"This is {name}, an old one."})
            accepted.append((name, response.raise_for_status().json()["id"]))
            if killed and moments.random() < 0.1:
                os.kill(killed, signal.SIGKILL)
                killed = 0
                break
        # The supervisor too, with nobody left to say goodbye.
        process.kill()
        process.wait()
    # The next start must not meet the last ones of this family.
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and any(Path(f"/proc/{child}").exists() for child in family):
        time.sleep(0.1)
    return accepted


def test_service_a_client_whose_worker_dies_gets_through_to_another(samples: Path, tmp_path: Path) -> None:
    data = shutil.copytree(samples, tmp_path / "data")
    with served(data, "--workers", "2") as (client, process):
        first_started = min(children(process))
        os.kill(first_started, signal.SIGKILL)
        served_by_other = 0
        for _ in range(20):
            try:
                served_by_other += client.get("/healthz").status_code == 200
            except httpx.TransportError:  # at most what the killed one had accepted
                continue
        assert served_by_other >= 19

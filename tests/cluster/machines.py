"""What the tests of bad days start, and how they look whether anything was lost."""

from __future__ import annotations

import os
import random
import subprocess
import time
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from pathlib import Path

import httpx

from corpus.article import article_id
from corpus.store import DataFolder, open_store
from tests.api.cli.test_serving_machines import working
from tests.api.cli.test_serving_processes import ASSISTANT, served, until_done

PATIENCE_SECONDS = 300.0
"""Only stops a hang."""


class Cluster:
    """What runs, of which parts are ended by the tests."""

    def __init__(self, url: str, folder: Path, resources: ExitStack) -> None:
        self.url = url
        self._folder = folder
        self._resources = resources
        self._names = iter(range(1000))

    def replica(self, *options: str, **variables: str) -> tuple[httpx.Client, int]:
        """One that only answers: its client and the number of its process."""
        opened = served(self.url, *(options or ("--no-ingest",)), **self.cache(), **variables)
        client, process = self._resources.enter_context(opened)
        return client, process.pid

    def worker(self, **variables: str) -> int:
        return self._resources.enter_context(working(self.url, **self.cache(), **variables)).pid

    def ingest(self, text: str, **variables: str) -> None:
        """Have a command take an article in."""
        path = self._folder / "article.md"
        path.write_text(text, encoding="utf-8")
        self.command("ingest", str(path), **variables).check_returncode()

    def command(self, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "ASSISTANT_DATA": self.url, **self.cache(), **variables}
        return subprocess.run([ASSISTANT, *arguments], env=environment, capture_output=True, text=True)

    def cache(self) -> dict[str, str]:
        return {"ASSISTANT_CACHE": str(self._folder / f"machine-{next(self._names)}")}


def named(name: str) -> dict[str, str]:
    return {"external_id": name, "text": f"The ship {name} lies in the harbour. " * 40}


def post(clients: list[httpx.Client], name: str) -> str | None:
    """The id of the job that was accepted, by whichever replica takes it; None when none did."""
    for client in random.sample(clients, len(clients)):
        try:
            answer = client.post("/v1/articles", json=named(name), headers={"Idempotency-Key": name}, timeout=60)
        except httpx.TransportError:
            continue
        if answer.status_code == 202:
            return str(answer.json()["id"])
        assert answer.status_code == 503, answer.text
    return None


def post_all(clients: list[httpx.Client], names: Iterable[str]) -> dict[str, str]:
    """Post articles, each of which has to be accepted; their jobs by their names."""
    jobs = {name: post(clients, name) for name in names}
    assert None not in jobs.values()
    return {name: job for name, job in jobs.items() if job is not None}


def check_all(cluster: Cluster, client: httpx.Client, accepted: dict[str, str]) -> None:
    """Each that was accepted is stored, found and came once."""
    for job in accepted.values():
        assert until_done(client, job)["counts"] == {"created": 1}
    with open_store(DataFolder(cluster._folder / "looks", cluster.url)) as store:
        stored = store.articles.get_many([article_id(name) for name in accepted])
        assert {one.external_id for one in stored.values()} == set(accepted)
        assert store.passages.count_unfindable_articles() == 0
        seq = store.changes.seq()
    eventually(lambda: client.get("/readyz").json().get("searched_change", -1) >= seq)


def eventually(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.2)

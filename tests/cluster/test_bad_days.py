"""Replicas, workers and one PostgreSQL on bad days: nothing acknowledged is lost, and nothing comes twice."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from threading import Event

import httpx
import pytest

from corpus.article import article_id
from corpus.store import DataFolder, open_store
from tests.api.cli.test_serving_machines import working
from tests.api.cli.test_serving_processes import ASSISTANT, served, until_done
from tests.chroma_server import ChromaProcess
from tests.postgres_server import PostgresServer, postgres_server
from tests.upgrade.version import code_of

pytestmark = pytest.mark.cluster

PATIENCE_SECONDS = 300.0
"""Only stops a hang."""

BEFORE_WORKERS = "cd31d00"
"""A commit whose machines take in what was posted one at a time. Its tables are those of today: others are refused."""


class Cluster:
    """What runs, of which parts are ended by the tests."""

    def __init__(self, url: str, folder: Path, resources: ExitStack) -> None:
        self.url = url
        self._folder = folder
        self._resources = resources
        self._names = iter(range(1000))

    def replica(self, *options: str, **variables: str) -> tuple[httpx.Client, int]:
        """One that only answers: its client and the number of its process."""
        opened = served(self.url, *(options or ("--no-ingest",)), **self._cache(), **variables)
        client, process = self._resources.enter_context(opened)
        return client, process.pid

    def worker(self) -> int:
        return self._resources.enter_context(working(self.url, **self._cache())).pid

    def _cache(self) -> dict[str, str]:
        return {"ASSISTANT_CACHE": str(self._folder / f"machine-{next(self._names)}")}


@pytest.fixture
def cluster(postgres: PostgresServer, tmp_path: Path) -> Iterator[Cluster]:
    with ExitStack() as resources:
        yield Cluster(postgres.new_database(), tmp_path, resources)


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


def test_workers_that_are_killed_midway_lose_nothing_and_bring_nothing_twice(cluster: Cluster) -> None:
    client, _ = cluster.replica()
    workers = [cluster.worker() for _ in range(2)]
    accepted: dict[str, str] = {}
    for number in range(60):
        job = post([client], f"s{number}")
        assert job is not None
        accepted[f"s{number}"] = job
        if number in (20, 40):
            os.kill(workers.pop(0), signal.SIGKILL)
            workers.append(cluster.worker())
    check_all(cluster, client, accepted)


def test_replicas_one_of_which_is_killed_under_load_answer_every_request_at_the_second_try(cluster: Cluster) -> None:
    (one, _), (other, killed) = cluster.replica(), cluster.replica()
    cluster.worker()
    job = post([one], "s0")
    assert job is not None
    check_all(cluster, one, {"s0": job})
    over = Event()

    def ask_until_over() -> int:
        asked = 0
        while not over.is_set():
            for client in (other, one):
                try:
                    answer = client.post("/v1/ask", json={"question": "Where does the ship s0 lie?"}, timeout=60)
                except httpx.TransportError:
                    continue
                assert answer.status_code == 200
                break
            else:
                raise AssertionError("nobody answered")
            asked += 1
        return asked

    with ThreadPoolExecutor(4) as threads:
        asking = [threads.submit(ask_until_over) for _ in range(4)]
        time.sleep(3)
        os.kill(killed, signal.SIGKILL)
        time.sleep(3)
        over.set()
        assert sum(one.result() for one in asking) > 4


def test_articles_that_were_accepted_outlive_restarts_of_postgresql(tmp_path: Path) -> None:
    with postgres_server() as server, ExitStack() as resources:
        cluster = Cluster(server.new_database(), tmp_path, resources)
        client, _ = cluster.replica()
        cluster.worker()
        accepted: dict[str, str] = {}
        refused = 0
        for number in range(60):
            if number in (20, 40):
                server.stop()
                assert post([client], "refused") is None
                server.start()
            job = post([client], f"s{number}")
            refused += job is None
            if job is not None:
                accepted[f"s{number}"] = job
        assert refused < 40
        check_all(cluster, client, accepted)


def test_replicas_answer_from_words_while_the_chroma_server_is_gone_and_have_lost_vectors_built_anew(
    postgres: PostgresServer, chroma: ChromaProcess, tmp_path: Path
) -> None:
    variables = {"ASSISTANT_RETRIEVAL__CHROMA_URL": chroma.address.url}
    question = {"question": "Where does the ferry Halcyon sail to?"}
    with ExitStack() as resources:
        cluster = Cluster(postgres.new_database(), tmp_path, resources)
        (tmp_path / "ferry.md").write_text("The ferry Halcyon sails to Port Ellen.", encoding="utf-8")
        environment = {**os.environ, "ASSISTANT_DATA": cluster.url, **cluster._cache(), **variables}
        subprocess.run([ASSISTANT, "ingest", str(tmp_path / "ferry.md")], env=environment, check=True)
        clients = [cluster.replica("--no-ingest", **variables)[0] for _ in range(2)]

        def degraded(client: httpx.Client) -> list[str]:
            body = client.post("/v1/ask", json=question).json()
            assert body["answer"]["short"] == "Port Ellen"
            return [str(why) for why in body["degraded"]]

        def generation(client: httpx.Client) -> str:
            return str(client.post("/v1/search", json={"query": "ferry"}).json()["index_generation"])

        [before] = {generation(client) for client in clients}
        assert [degraded(client) for client in clients] == [[], []]
        with chroma.stopped():
            assert [degraded(client) for client in clients] == [["index_fallback"]] * 2
        for client in clients:
            eventually(lambda client=client: degraded(client) == [])
        assert {generation(client) for client in clients} == {before}
        with chroma.stopped():
            chroma.lose_everything()
        for client in clients:
            eventually(lambda client=client: degraded(client) == [] and generation(client) not in (before, "None"))
        assert len({generation(client) for client in clients}) == 1


def test_replica_of_the_version_before_works_beside_one_of_this_version(cluster: Cluster, tmp_path: Path) -> None:
    code = code_of(BEFORE_WORKERS, tmp_path / "code")
    client, _ = cluster.replica()
    old, _ = cluster.replica("--workers", "1", PYTHONPATH=str(code))
    cluster.worker()
    accepted: dict[str, str] = {}
    for number in range(20):
        job = post([client, old], f"s{number}")
        assert job is not None
        accepted[f"s{number}"] = job
    check_all(cluster, client, accepted)
    eventually(lambda: len(old.post("/v1/search", json={"query": "ship s7"}).json()["data"]) > 0)

"""Replicas, workers and one PostgreSQL on bad days: nothing acknowledged is lost, and nothing comes twice."""

from __future__ import annotations

import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from threading import Event

import httpx
import pytest

from tests.chroma_server import ChromaProcess
from tests.cluster.machines import Cluster, check_all, eventually, post, post_all
from tests.postgres_server import PostgresServer, postgres_server
from tests.upgrade.version import code_of

pytestmark = pytest.mark.cluster

BEFORE_WORKERS = "cd31d00"
"""A commit whose machines take in what was posted one at a time. Its tables are those of today: others are refused."""


def test_workers_that_are_killed_midway_lose_nothing_and_bring_nothing_twice(cluster: Cluster) -> None:
    client, _ = cluster.replica()
    workers = [cluster.worker() for _ in range(2)]
    accepted: dict[str, str] = {}
    for number in range(60):
        accepted |= post_all([client], [f"s{number}"])
        if number in (20, 40):
            os.kill(workers.pop(0), signal.SIGKILL)
            workers.append(cluster.worker())
    check_all(cluster, client, accepted)


def test_replicas_one_of_which_is_killed_under_load_answer_every_request_at_the_second_try(cluster: Cluster) -> None:
    (one, _), (other, killed) = cluster.replica(), cluster.replica()
    cluster.worker()
    check_all(cluster, one, post_all([one], ["s0"]))
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
        cluster.ingest("The ferry Halcyon sails to Port Ellen.", **variables)
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
    check_all(cluster, client, post_all([client, old], [f"s{number}" for number in range(20)]))
    eventually(lambda: len(old.post("/v1/search", json={"query": "ship s7"}).json()["data"]) > 0)

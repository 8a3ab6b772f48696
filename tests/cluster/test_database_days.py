"""Bad days of the database that all machines share: it fails over, and it is full; and of who builds from it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest

from tests.chroma_server import ChromaProcess
from tests.cluster.machines import Cluster, check_all, eventually, named, post, post_all
from tests.postgres_server import PostgresServer, postgres_server

pytestmark = pytest.mark.cluster


def answers(client: httpx.Client, ship: str) -> bool:
    body = client.post("/v1/ask", json={"question": f"Where does the ship {ship} lie?"}).json()
    return bool(body["status"] == "answered" and not body["degraded"])


def test_articles_that_were_accepted_outlive_a_primary_whose_standby_is_promoted(tmp_path: Path) -> None:
    with postgres_server(on_loopback=True) as primary, primary.standby() as standby, ExitStack() as resources:
        hosts = f"127.0.0.1:{primary.port},127.0.0.1:{standby.port}"
        name = primary.new_database().rpartition("/")[2]
        address = f"postgresql://assistant@{hosts}/{name}?target_session_attrs=read-write"
        cluster = Cluster(address, tmp_path, resources)
        clients = [cluster.replica()[0] for _ in range(3)]
        for _ in range(2):
            cluster.worker()
        accepted = post_all(clients, [f"s{number}" for number in range(30)])

        primary.stop()
        assert post(clients, "refused") is None
        standby.promote()

        eventually(lambda: post(clients, "back") is not None)
        accepted |= post_all(clients, [f"t{number}" for number in range(10)])
        for client in clients:
            check_all(cluster, client, accepted)
            assert answers(client, "s7")


def test_articles_are_refused_while_the_database_is_full_and_questions_are_answered(tmp_path: Path) -> None:
    with postgres_server(disk="200m") as server, ExitStack() as resources:
        cluster = Cluster(server.new_database(), tmp_path, resources)
        clients = [cluster.replica()[0] for _ in range(2)]
        cluster.worker()
        accepted = post_all(clients, [f"s{number}" for number in range(5)])
        check_all(cluster, clients[0], accepted)

        with server.full():
            codes = set()
            for number in range(200):
                name = f"t{number}"
                large = named(name) | {"text": named(name)["text"] * 20}
                answer = clients[0].post("/v1/articles", json=large, headers={"Idempotency-Key": name}, timeout=60)
                codes.add((answer.status_code, answer.json().get("code")))
                if answer.status_code != 202:
                    break
                accepted[name] = answer.json()["id"]
            assert codes - {(202, None)} == {(507, "storage_full")}
            assert all(answers(client, "s3") for client in clients)

        accepted |= post_all(clients, ["u0"])
        for client in clients:
            check_all(cluster, client, accepted)


def test_builders_at_the_same_time_leave_one_generation_that_all_search(
    postgres: PostgresServer, chroma: ChromaProcess, tmp_path: Path
) -> None:
    variables = {"ASSISTANT_RETRIEVAL__CHROMA_URL": chroma.address.url}
    with ExitStack() as resources:
        cluster = Cluster(postgres.new_database(), tmp_path, resources)
        cluster.ingest("The ferry Halcyon sails to Port Ellen.", **variables)
        clients = [cluster.replica("--no-ingest", **variables)[0] for _ in range(3)]
        [before] = {generation_of(client) for client in clients}

        with chroma.stopped():
            chroma.lose_everything()
        # Each of the replicas notices it, and two people do it by hand.
        with ThreadPoolExecutor(2) as threads:
            commands = list(threads.map(lambda _: cluster.command("rebuild", **variables), range(2)))

        for command in commands:
            assert command.returncode == 0 or "try again" in command.stderr
        for client in clients:
            eventually(lambda client=client: generation_of(client) not in (before, "None"))
        eventually(lambda: len({generation_of(client) for client in clients}) == 1)
        for client in clients:
            eventually(lambda client=client: whole_answer(client) == "Port Ellen")


def whole_answer(client: httpx.Client) -> str | None:
    """The short answer; None where it had to do without something."""
    body = client.post("/v1/ask", json={"question": "Where does the ferry Halcyon sail to?"}).json()
    return None if body["degraded"] else body["answer"]["short"]


def generation_of(client: httpx.Client) -> str:
    """What it searches."""
    return str(client.post("/v1/search", json={"query": "ferry"}).json()["index_generation"])

"""Bad days of the network between replicas and what they share, and of their clocks: every request ends, and nothing is
lost or wrong.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest

from tests.chroma_server import ChromaProcess
from tests.cluster.line import Line
from tests.cluster.machines import PATIENCE_SECONDS, Cluster, check_all, eventually, named, post_all
from tests.postgres_server import PostgresServer

pytestmark = pytest.mark.cluster

QUESTION = {"question": "Where does the ship s3 lie?"}
_WIDE_AREA = 0.1
"""Seconds of each way: 200 ms until an answer is there."""


@pytest.fixture
def line(postgres: PostgresServer) -> Iterator[Line]:
    """A line to PostgreSQL."""
    line = Line(postgres.socket)
    yield line
    line.close()


def over(line: Line, cluster: Cluster) -> dict[str, str]:
    """What a process is told so that it asks PostgreSQL over the line."""
    name = cluster.url.removeprefix("postgresql://assistant@/").partition("?")[0]
    return {"ASSISTANT_DATA": f"postgresql://assistant@127.0.0.1:{line.port}/{name}"}


def test_machines_far_from_their_database_answer_and_take_in_as_others_do(cluster: Cluster, line: Line) -> None:
    line.delay = _WIDE_AREA
    far, near = cluster.replica(**over(line, cluster))[0], cluster.replica()[0]
    cluster.worker(**over(line, cluster))
    accepted = post_all([far, near], ["s1", "s2", "s3"])
    for client in (far, near):
        check_all(cluster, client, accepted)
        answer = client.post("/v1/ask", json=QUESTION).json()
        assert (answer["status"], answer["degraded"]) == ("answered", [])


@pytest.mark.parametrize("trouble", ["cut", "silent"])
def test_replica_that_is_parted_from_the_database_refuses_and_goes_on_when_it_is_back(
    cluster: Cluster, line: Line, trouble: str
) -> None:
    parted, other = cluster.replica(**over(line, cluster))[0], cluster.replica()[0]
    workers = [cluster.worker(**over(line, cluster)), cluster.worker()]
    accepted = post_all([parted, other], [f"s{number}" for number in range(20)])

    with line.cut() if trouble == "cut" else line.silent():
        refused = parted.post("/v1/articles", json=named("refused"), timeout=PATIENCE_SECONDS)
        assert (refused.status_code, refused.json()["code"]) == (503, "data_unavailable")
        assert parted.post("/v1/ask", json=QUESTION, timeout=PATIENCE_SECONDS).status_code == 503
        accepted |= post_all([other], [f"t{number}" for number in range(10)])
        check_all(cluster, other, accepted)  # what the parted worker had, another does

    for client in (parted, other):
        eventually(lambda client=client: client.post("/v1/ask", json=QUESTION).status_code == 200)
        check_all(cluster, client, accepted)
    accepted |= post_all([parted], ["u0"])
    check_all(cluster, parted, accepted)
    for worker in workers:
        os.kill(worker, 0)


def test_replica_that_is_parted_from_the_chroma_server_answers_from_words_and_takes_it_up_again(
    postgres: PostgresServer, chroma: ChromaProcess, tmp_path: Path
) -> None:
    host, port = chroma.address.url.removeprefix("http://").split(":")
    line = Line((host, int(port)))
    with ExitStack() as resources:
        resources.callback(line.close)
        cluster = Cluster(postgres.new_database(), tmp_path, resources)
        direct = {"ASSISTANT_RETRIEVAL__CHROMA_URL": chroma.address.url}
        cluster.ingest("The ferry Halcyon sails to Port Ellen.", **direct)
        parted, _ = cluster.replica("--no-ingest", ASSISTANT_RETRIEVAL__CHROMA_URL=f"http://127.0.0.1:{line.port}")
        other, _ = cluster.replica("--no-ingest", **direct)

        def degraded(client: httpx.Client) -> list[str]:
            body = client.post("/v1/ask", json={"question": "Where does the ferry Halcyon sail to?"}).json()
            assert body["answer"]["short"] == "Port Ellen"
            return [str(why) for why in body["degraded"]]

        for trouble in (line.cut, line.silent):
            with trouble():
                assert (degraded(parted), degraded(other)) == (["index_fallback"], [])
            eventually(lambda: degraded(parted) == [])


def test_machines_whose_clocks_are_hours_apart_lose_nothing_and_answer_alike(cluster: Cluster) -> None:
    early, late = (cluster.replica(**clock(hours))[0] for hours in (-3, 3))
    for hours in (-5, 5):
        cluster.worker(**clock(hours))
    names = [f"s{number}" for number in range(20)]
    accepted = post_all([early, late], names)
    assert post_all([early, late], names) == accepted  # repeated under its key, on whichever machine
    for client in (early, late):
        check_all(cluster, client, accepted)
        answer = client.post("/v1/ask", json=QUESTION).json()
        assert (answer["status"], answer["degraded"]) == ("answered", [])


def clock(hours: int) -> dict[str, str]:
    """What a process is told so that its clock is off; how long things take, it measures as ever."""
    libraries = [*Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1")]
    if not libraries:
        why = "No clock can be set apart; on Debian: apt install libfaketime"
        pytest.fail(why) if os.environ.get("CI") else pytest.skip(why)
    return {"LD_PRELOAD": str(libraries[0]), "FAKETIME": f"{hours:+}h", "FAKETIME_DONT_FAKE_MONOTONIC": "1"}

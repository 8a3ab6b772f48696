"""`assistant serve` on two machines at one PostgreSQL, with all their real processes."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.api.cli.test_service_manager import manager, next_of  # noqa: F401 - a fixture
from tests.api.cli.test_serving_processes import ASSISTANT, found_soon, served, until_done
from tests.postgres_server import PostgresServer

FERRY = {
    "external_id": "https://example.org/ferry",
    "url": "https://example.org/ferry",
    "title": "The ferry Halcyon",
    "text": "The ferry Halcyon sails to Port Ellen every morning at seven.",
}
CRANE = {
    "external_id": "https://example.org/crane",
    "url": "https://example.org/crane",
    "title": "The crane Goliath",
    "text": "The crane Goliath was sold to a harbour in Poland in March.",
}
WHERE_FERRY = {"question": "Where does the ferry Halcyon sail to?"}
WHERE_CRANE = {"question": "Where was the crane Goliath sold to?"}


@contextmanager
def working(data: Path | str, **variables: str) -> Iterator[subprocess.Popen[str]]:
    """`assistant worker`, until the end of the block."""
    environment = {**os.environ, "ASSISTANT_DATA": str(data), **variables}
    with subprocess.Popen([ASSISTANT, "worker"], env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        try:
            assert "Taking in what is posted" in process.stdout.readline()
            yield process
        finally:
            process.send_signal(signal.SIGTERM)


def test_serve_two_machines_answer_from_one_database_and_a_worker_goes_on_when_one_is_killed(
    postgres: PostgresServer, tmp_path: Path
) -> None:
    url = postgres.new_database()
    there = served(url, "--no-ingest", ASSISTANT_CACHE=str(tmp_path / "there"))
    with there as (other, _), served(url, ASSISTANT_CACHE=str(tmp_path / "here")) as (client, process):
        accepted = client.post("/v1/articles", json=FERRY).json()
        assert until_done(other, accepted["id"])["counts"] == {"created": 1}
        for each in (client, other):
            assert found_soon(each, WHERE_FERRY, FERRY["url"])

        accepted = client.post("/v1/articles", json=CRANE).json()
        process.kill()
        process.wait()
        with working(url, ASSISTANT_CACHE=str(tmp_path / "worker")) as worker:
            assert until_done(other, accepted["id"])["counts"] == {"created": 1}
            assert found_soon(other, WHERE_CRANE, CRANE["url"])
            ready = other.get("/readyz").json()
            assert ready["status"] == "ready"
            worker.send_signal(signal.SIGTERM)
            assert worker.wait(60) == 0


def test_worker_tells_its_service_manager_when_it_is_ready_alive_and_stopping(
    postgres: PostgresServer,
    tmp_path: Path,
    manager: socket.socket,  # noqa: F811
) -> None:
    with working(
        postgres.new_database(), ASSISTANT_CACHE=str(tmp_path / "worker"), NOTIFY_SOCKET=manager.getsockname()
    ) as worker:
        assert manager.recv(100) == b"READY=1"
        for _ in range(3):  # nothing is posted
            assert manager.recv(100) == b"WATCHDOG=1"
        worker.send_signal(signal.SIGTERM)
        next_of(manager, "STOPPING=1")
        assert worker.wait(60) == 0


def test_commands_work_on_a_database_and_say_what_is_wrong_with_one(postgres: PostgresServer, tmp_path: Path) -> None:
    (tmp_path / "ferry.md").write_text(f"# {FERRY['title']}\n\n{FERRY['text']}\n", encoding="utf-8")
    url = postgres.new_database()

    def run(*arguments: str, data: str = url) -> subprocess.CompletedProcess[str]:
        environment = {"ASSISTANT_DATA": data, "ASSISTANT_CACHE": str(tmp_path / "cache"), "PATH": "/usr/bin:/bin"}
        return subprocess.run([ASSISTANT, *arguments], env=environment, capture_output=True, text=True)

    assert "1 created" in run("ingest", str(tmp_path / "ferry.md")).stdout
    assert "Port Ellen" in run("ask", WHERE_FERRY["question"]).stdout
    assert "pg_dump" in run("backup", str(tmp_path / "saved")).stderr
    assert "has to be an address" in run("worker", data=str(tmp_path / "data")).stderr
    assert "has to be an address" in run("serve", "--no-ingest", data=str(tmp_path / "data")).stderr
    gone = run("ask", WHERE_FERRY["question"], data="postgresql://reader:sesame@127.0.0.1:1/news")
    assert "The database news on 127.0.0.1:1 cannot be used" in gone.stderr
    assert "sesame" not in gone.stderr
    assert "it is a folder, or an address" in run("status", data="mysql://127.0.0.1/news").stderr

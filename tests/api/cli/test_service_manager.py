"""`assistant serve` under a notification socket, as systemd makes one; its log is read, too."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
import pytest

from api.http.serving.service_manager import ServiceManager
from corpus.access import Grant, Scope, new_key
from corpus.store import DataFolder, open_service_store

ASSISTANT = Path(sys.executable).with_name("assistant")
SECRET = "sk-of-a-provider"


@pytest.fixture
def manager() -> Iterator[socket.socket]:
    # Not below tmp_path, whose name may be too long for a socket.
    with TemporaryDirectory() as folder, socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(f"{folder}/notify")
        manager.settimeout(600)
        yield manager


@contextmanager
def served(variables: dict[str, str], workers: int) -> Iterator[subprocess.Popen[str]]:
    """`assistant serve`, which does not outlive a test that fails."""
    with subprocess.Popen(
        [ASSISTANT, "serve", "--port", "0", "--workers", str(workers)],
        env=os.environ | variables,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def next_of(manager: socket.socket, wanted: str) -> None:
    """Wait for a message; signs of life may come before it."""
    while (message := manager.recv(100).decode()) != wanted:
        assert message == "WATCHDOG=1"


@pytest.mark.parametrize("workers", [1, 2])
def test_serve_tells_its_service_manager_when_it_is_ready_alive_and_stopping(
    tmp_path: Path, manager: socket.socket, workers: int
) -> None:
    told = {"ASSISTANT_DATA": str(tmp_path), "ASSISTANT_MODEL__API_KEY": SECRET, "NOTIFY_SOCKET": manager.getsockname()}
    key, text = new_key("Ours", Grant((Scope.ASK,)))
    with served(told, workers) as process:
        assert process.stdout
        assert process.stderr
        assert manager.recv(100) == b"READY=1"
        url = re.findall(r"http://[\d.]+:\d+", "".join(process.stdout.readline() for _ in range(4)))[0]
        assert httpx.get(f"{url}/healthz", timeout=60).status_code == 200
        next_of(manager, "WATCHDOG=1")
        with open_service_store(DataFolder(tmp_path)) as store:
            store.keys.add(key)
        process.send_signal(signal.SIGTERM)
        next_of(manager, "STOPPING=1")
        logged = process.stderr.read()
        process.wait()

    assert process.returncode == 0
    lines = [json.loads(line) for line in logged.splitlines()]
    started, made = [line for line in lines if line["logger"] == "audit"]
    assert (started["event"], started["keys"]) == ("service_started", 0)
    assert started["settings"]["ASSISTANT_MODEL__API_KEY"] == "set"
    assert started["settings"]["ASSISTANT_DATA"] == str(tmp_path)
    assert (made["event"], made["key_id"]) == ("key_made", key.id)
    assert SECRET not in logged
    assert text not in logged


def test_service_manager_hears_less_often_of_life_than_a_busy_loop_says_it(manager: socket.socket) -> None:
    told = ServiceManager(manager.getsockname())
    for _ in range(100):
        told.alive()
    told.stopping()
    signs = 0
    while (message := manager.recv(100)) != b"STOPPING=1":
        assert message == b"WATCHDOG=1"
        signs += 1
    assert 1 <= signs < 100

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from api.cli.serving import what_to_try
from api.http.shared_counts import COUNTS_FILE
from assistant.settings import Settings
from tests.api.cli.conftest import Command
from tests.api.cli.test_serving_processes import children

ASSISTANT = Path(sys.executable).with_name("assistant")


def test_serve_the_service_says_what_to_open_answers_logs_each_request_once_and_stops_at_ctrl_c(
    settings: Settings,
) -> None:
    environment = {**os.environ, "ASSISTANT_DATA": str(settings.data)}
    with subprocess.Popen(
        [ASSISTANT, "serve", "--port", "0"],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout
        assert process.stderr
        told = "".join(process.stdout.readline() for _ in range(4))
        (url,) = set(re.findall(r"http://[\d.]+:\d+", told))
        answer = httpx.post(f"{url}/v1/ask", json={"question": "what does China say about semiconductors?"}, timeout=60)
        httpx.get(f"{url}/v1/articles", timeout=60)
        ingesting = children(process)
        process.send_signal(signal.SIGINT)
        logged = [line for line in process.stderr.read().splitlines() if "request" in line or "INFO" in line]
        code = process.wait()

    assert "curl" in told
    assert answer.json()["status"] == "answered"
    assert [json.loads(line)["route"] for line in logged] == ["POST /v1/ask", "GET /v1/articles"]
    assert code == 0
    assert len(ingesting) == 1
    assert not Path(f"/proc/{ingesting[0]}").exists()


def test_what_to_try_needs_a_key_where_there_are_keys(settings: Settings) -> None:
    url = "http://127.0.0.1:8000"

    assert "-H 'Authorization: Bearer KEY' -d '{" in what_to_try(settings, url, has_keys=True)
    assert "Bearer" not in what_to_try(settings, url, has_keys=False)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "example.org"])
def test_serve_listening_for_others_without_keys_has_to_be_said(assistant: Command, host: str) -> None:
    done = assistant("serve", "--host", host)

    assert (done.code, done.out) == (2, "")
    assert "--allow-anyone-to-ask" in done.err


@pytest.mark.parametrize("workers", [1, 2])
def test_serve_goes_on_where_requests_cannot_be_counted_and_says_so(tmp_path: Path, workers: int) -> None:
    (tmp_path / COUNTS_FILE).mkdir()

    with subprocess.Popen(
        [ASSISTANT, "serve", "--port", "0", "--workers", str(workers)],
        env={**os.environ, "ASSISTANT_DATA": str(tmp_path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout
        assert process.stderr
        url = re.findall(r"http://[\d.]+:\d+", "".join(process.stdout.readline() for _ in range(4)))[0]
        alive = httpx.get(f"{url}/healthz", timeout=60).status_code
        process.send_signal(signal.SIGINT)
        logged = process.stderr.read()

    assert (alive, process.returncode) == (200, 0)
    assert "Each process counts for itself" in logged
    assert "Traceback" not in logged


def test_serve_a_port_that_is_taken_is_told_in_one_sentence(assistant: Command) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        done = assistant("serve", "--port", str(other.getsockname()[1]))

    assert (done.code, done.out) == (2, "")
    assert "--port" in done.err
    assert len(done.err.splitlines()) == 1

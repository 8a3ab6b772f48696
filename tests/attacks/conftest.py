"""The real service, in processes and with a data folder of its own, to be attacked over loopback."""

from __future__ import annotations

import json
import os
import re
import resource
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import httpx
import pytest

ASSISTANT = Path(sys.executable).with_name("assistant")

PATIENCE = 180.0
"""Seconds after which something hangs, however busy the machine is; nothing here is a measurement."""

_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True, slots=True)
class Service:
    """A running `assistant serve`."""

    url: str
    process: subprocess.Popen[str]
    data: Path

    @property
    def log(self) -> Path:
        """What it writes to stderr."""
        return self.data.with_suffix(".log")

    @property
    def address(self) -> tuple[str, int]:
        url = httpx.URL(self.url)
        return url.host, url.port or 80

    def connect(self, receive_buffer: int | None = None) -> socket.socket:
        """Open a plain connection; `receive_buffer` in bytes makes the kernel keep little for who does not read."""
        connection = socket.socket()
        connection.settimeout(PATIENCE)
        if receive_buffer is not None:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        connection.connect(self.address)
        return connection

    def seconds_of_health(self) -> float:
        """Ask for `/healthz` on a new connection, as a monitor does, and return how long it took."""
        started = time.monotonic()
        response = httpx.get(f"{self.url}/healthz", timeout=PATIENCE)
        assert response.status_code == 200, response.text
        return time.monotonic() - started

    def ask(self, question: dict[str, str]) -> dict[str, object]:
        response = httpx.post(f"{self.url}/v1/ask", json=question, timeout=PATIENCE)
        answer: dict[str, object] = response.raise_for_status().json()
        return answer

    def log_lines(self, *loggers: str) -> list[dict[str, object]]:
        """Return what these loggers, or those below them, have written until now."""
        lines = [json.loads(line) for line in self.log.read_text().splitlines() if line.startswith("{")]
        return [line for line in lines if line["logger"].partition(".")[0] in loggers]

    def processes(self) -> list[int]:
        """Return the process ids of the service: those that answer first, the one that ingests among them."""
        listed = Path(f"/proc/{self.process.pid}/task").glob("*/children")
        return [self.process.pid, *(int(number) for each in listed for number in each.read_text().split())]

    def memory_bytes(self) -> int:
        """Return the resident memory of all its processes."""
        pages = [int(Path(f"/proc/{number}/statm").read_text().split()[1]) for number in self.processes()]
        return sum(pages) * _PAGE_BYTES

    def settled_memory_bytes(self) -> int:
        """Return that memory once it has stayed within a megabyte for two seconds and an article was taken in, for
        which the last model loads: at low priority, which takes a while on a busy machine."""
        self._take_in("A kestrel nests in the tower of Halm.")
        started = time.monotonic()
        before, still = self.memory_bytes(), 0
        while still < 8 and time.monotonic() - started < PATIENCE:
            time.sleep(0.25)
            now = self.memory_bytes()
            still = still + 1 if abs(now - before) < 1e6 else 0
            before = now
        return before

    def _take_in(self, text: str) -> None:
        posted = httpx.post(f"{self.url}/v1/articles", json={"text": text}, timeout=PATIENCE).raise_for_status()
        job, deadline = self.url + posted.headers["Location"], time.monotonic() + 4 * PATIENCE
        while httpx.get(job, timeout=PATIENCE).json()["status"] != "done":
            assert time.monotonic() < deadline, "the article was not taken in"
            time.sleep(0.2)

    def stop(self) -> int:
        """Ask it to stop, as a supervisor does, and return its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(PATIENCE)


Serve = Callable[..., Service]
"""Starts a service: `serve(workers=2, descriptors=1024, ASSISTANT_SERVING__DRAIN_SECONDS=1)`."""


@contextmanager
def serving(data: Path, workers: int = 1, descriptors: int | None = None, **settings: object) -> Iterator[Service]:
    """Run the service on `data`, with `ulimit -n` at `descriptors`, and stop it at the end."""
    environment = {**os.environ, "ASSISTANT_DATA": str(data), **{name: str(value) for name, value in settings.items()}}
    limit = "" if descriptors is None else f"ulimit -n {descriptors} && "
    command = [
        "bash",
        "-c",
        f'{limit}exec "$0" "$@"',
        str(ASSISTANT),
        "serve",
        "--port",
        "0",
        "--workers",
        str(workers),
    ]
    log = data.with_suffix(".log")
    with (
        log.open("w") as stderr,
        subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=stderr, text=True) as process,
    ):
        assert process.stdout
        try:
            said = "".join(process.stdout.readline() for _ in range(4))
            found = re.search(r"http://[\d.]+:\d+", said)
            assert found, log.read_text()
            yield Service(found.group(), process, data)
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()


def allow_many_descriptors() -> None:
    """Let this process hold some thousands of connections."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


@pytest.fixture(scope="session")
def articles(samples: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the sample articles, to be copied."""
    allow_many_descriptors()
    return Path(shutil.copytree(samples, tmp_path_factory.mktemp("attacked") / "data"))


@pytest.fixture
def serve(articles: Path, tmp_path: Path) -> Iterator[Serve]:
    """Start services that end with the test, each on a data folder of its own."""
    numbers = count()
    with ExitStack() as running:

        def start(workers: int = 1, descriptors: int | None = None, **settings: object) -> Service:
            data = Path(shutil.copytree(articles, tmp_path / f"data{next(numbers)}"))
            return running.enter_context(serving(data, workers, descriptors, **settings))

        yield start


@pytest.fixture(scope="module")
def service(articles: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """One service for all attacks of a module that leave it as it was."""
    data = Path(shutil.copytree(articles, tmp_path_factory.mktemp("served") / "data"))
    with serving(data) as service:
        yield service


def until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.2)

"""A real Chroma server for tests: the package's own, on loopback, started for this run in a temporary folder."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from corpus.store.data_folder import VectorServer

_CHROMA = Path(sys.executable).with_name("chroma")
_START_SECONDS = 300.0
"""Only stops a hang."""


class ChromaProcess:
    """The server, which keeps its address when it is stopped and started again."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self._port: int = free.getsockname()[1]
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> VectorServer:
        return VectorServer(f"http://127.0.0.1:{self._port}")

    def start(self) -> None:
        """Return when it answers."""
        command = [_CHROMA, "run", "--path", str(self._folder), "--host", "127.0.0.1", "--port", str(self._port)]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + _START_SECONDS
        while not self._answers():
            assert self._process.poll() is None, "the Chroma server ended"
            assert time.monotonic() < deadline
            time.sleep(0.1)

    def stop(self) -> None:
        """Kill it, as a machine that is gone."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    @contextmanager
    def stopped(self) -> Iterator[None]:
        """It is gone until the end of the block."""
        self.stop()
        try:
            yield
        finally:
            self.start()

    def lose_everything(self) -> None:
        """What it kept is gone, while it is stopped."""
        shutil.rmtree(self._folder)

    def _answers(self) -> bool:
        try:
            return httpx.get(f"{self.address.url}/api/v2/heartbeat", trust_env=False).is_success
        except httpx.TransportError:
            return False


@contextmanager
def chroma_server() -> Iterator[ChromaProcess]:
    folder = Path(tempfile.mkdtemp(prefix="chroma-"))
    server = ChromaProcess(folder)
    try:
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)

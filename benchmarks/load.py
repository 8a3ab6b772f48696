"""Measures how many questions a second are answered while 99 of 100 take less than a second, against two other stacks:

    python -m benchmarks.load FOLDER [--seconds NUMBER] [--asks NUMBER]

Needs `wrk` (`apt install wrk`). The stacks (`benchmarks/stacks`) serve the Markdown and text files of the folder in
turn, from 1 to 32 connections each; questions are words of the articles. The others only find passages; the
assistant reads, judges, writes and cites too. Then comes its memory after 100 asks and after `--asks` more.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx

from benchmarks.stacks.common import FOLDER

_CONNECTIONS = (1, 2, 4, 8, 16, 32)
_ENOUGH_MILLISECONDS = 1_000
_QUESTION_WORDS = 9
_START_SECONDS = 1_800
"""The other stacks embed all articles when they start."""

_LUA = Path(__file__).with_name("load.lua")


@dataclass(frozen=True, slots=True)
class Measured:
    """What wrk measured with so many connections; `p50` and `p99` are milliseconds."""

    connections: int
    asks: int
    seconds: float
    failed: int
    p50: float
    p99: float

    @property
    def rate(self) -> float:
        return (self.asks - self.failed) / self.seconds

    @property
    def is_good(self) -> bool:
        return self.failed == 0 and self.p99 < _ENOUGH_MILLISECONDS


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seconds", type=int, default=20, help="How long each number of connections is kept up.")
    parser.add_argument(
        "--asks", type=int, default=10_000, help="Asks after which memory is looked at again; 0: never."
    )
    said = parser.parse_args()
    with TemporaryDirectory() as temporary:
        asked = Path(temporary) / "asked.jsonl"
        asked.write_text("".join(f"{json.dumps({'question': one})}\n" for one in _questions(said.folder)))
        print("| stack | connections | asks a second | p50, ms | p99, ms | failed |\n|---|---|---|---|---|---|")
        for name, command in _stacks(said.folder, Path(temporary) / "data").items():
            with _running(command, said.folder, Path(temporary)) as (url, process):
                _tell(name, [_load(url, asked, connections, said.seconds) for connections in _CONNECTIONS])
                if name == "assistant" and said.asks:
                    _tell_memory(url, asked, process, said.asks)


def _questions(folder: Path) -> list[str]:
    """Runs of words of the articles, so many that no cache answers them."""
    paths = sorted(path for path in folder.rglob("*") if path.suffix in (".md", ".txt"))
    words = [re.findall(r"[^\W_]+", path.read_text(encoding="utf-8")) for path in paths]
    return [
        f"what is said about {' '.join(of_article[start : start + _QUESTION_WORDS])}?"
        for of_article in words
        for start in range(0, max(1, len(of_article) - _QUESTION_WORDS), 5)
    ]


def _stacks(folder: Path, data: Path) -> dict[str, list[str]]:
    """Commands that listen on the port that is added to them. The assistant's articles are ingested before."""
    assistant = [sys.executable, "-c", "from api.cli import main; main()"]
    environment = {**os.environ, "ASSISTANT_DATA": str(data)}
    subprocess.run([*assistant, "ingest", str(folder)], env=environment, check=True, stdout=subprocess.DEVNULL)
    uvicorn = [sys.executable, "-m", "uvicorn", "--factory", "--log-level", "error"]
    return {
        "assistant": [*assistant, "serve"],
        "tutorial": [*uvicorn, "benchmarks.stacks.tutorial:make_app"],
        "competent": [*uvicorn, "benchmarks.stacks.competent:make_app"],
    }


@contextmanager
def _running(command: list[str], folder: Path, temporary: Path) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    port = _free_port()
    environment = {**os.environ, FOLDER: str(folder), "ASSISTANT_DATA": str(temporary / "data")}
    process = subprocess.Popen([*command, "--port", str(port)], env=environment, stdout=subprocess.DEVNULL)
    try:
        url = f"http://127.0.0.1:{port}"
        _wait_for(url, process)
        yield url, process
    finally:
        process.terminate()
        process.wait()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def _wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + _START_SECONDS
    while time.monotonic() < until and process.poll() is None:
        try:
            httpx.post(f"{url}/v1/ask", json={"question": "is anybody there?"}, timeout=60).raise_for_status()
        except httpx.TransportError:
            time.sleep(0.2)
        else:
            return
    raise SystemExit(f"{url} does not answer.")


def _load(url: str, asked: Path, connections: int, seconds: int) -> Measured:
    ran = subprocess.run(
        ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "60s", "-s", str(_LUA), f"{url}/v1/ask"],
        env={**os.environ, "ASKED": str(asked)},
        capture_output=True,
        text=True,
        check=True,
    )
    return Measured(connections=connections, **json.loads(ran.stdout.splitlines()[-1]))


def _tell(name: str, measured: list[Measured]) -> None:
    best = max((one for one in measured if one.is_good), key=lambda one: one.rate, default=None)
    for one in measured:
        rate = f"**{one.rate:.1f}**" if one is best else f"{one.rate:.1f}"
        print(f"| {name} | {one.connections} | {rate} | {one.p50:.0f} | {one.p99:.0f} | {one.failed} |", flush=True)


def _tell_memory(url: str, asked: Path, process: subprocess.Popen[bytes], asks: int) -> None:
    _restless(url, asked, 100)
    before = _resident_megabytes(process.pid)
    _restless(url, asked, asks)
    after = _resident_megabytes(process.pid)
    print(f"\nThe assistant's memory: {before:.0f} MB, and after {asks:,} more asks {after:.0f} MB.\n", flush=True)


def _restless(url: str, asked: Path, asks: int) -> None:
    lines = asked.read_bytes().splitlines()
    with httpx.Client(base_url=url, timeout=60) as client:
        for n in range(asks):
            response = client.post(
                "/v1/ask", content=lines[n % len(lines)], headers={"Content-Type": "application/json"}
            )
            response.raise_for_status()


def _resident_megabytes(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    (line,) = (line for line in status.splitlines() if line.startswith("VmRSS:"))
    return int(line.split()[1]) / 1024


if __name__ == "__main__":
    main()

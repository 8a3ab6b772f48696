"""Measures how many questions a second are answered while 99 of 100 take less than a second, against two other stacks:

    python -m benchmarks.load SET [--seconds NUMBER] [--asks NUMBER] [--stacks NAME ...]

Needs `wrk` (`apt install wrk`). SET is a BEIR folder with a `gold.jsonl`. The stacks (`benchmarks/stacks`) serve its
articles in turn, from 1 to 32 connections each, and are asked its questions. The others only find passages; the
assistant reads, decides, writes and cites too. Then comes its memory after 100 asks and after `--asks` more.
"""

from __future__ import annotations

import argparse
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx

from assistant.evaluation.corpus_folder import prepare
from assistant.evaluation.read_gold import read_gold
from assistant.settings import load_settings
from benchmarks.stacks.common import FOLDER, embed_passages

_CONNECTIONS = (1, 2, 4, 8, 16, 32)
_ENOUGH_MILLISECONDS = 1_000
_START_SECONDS = 600
"""The other stacks fill Chroma when they start."""

_WORKERS = (1, 2, 4)

_LUA = Path(__file__).with_name("load.lua")

_SERVE = [sys.executable, "-c", "from api.cli import main; main()", "serve"]
_UVICORN = [sys.executable, "-m", "uvicorn", "--factory", "--log-level", "error"]
_ALONE = "assistant, 1 worker"
_STACKS = {
    _ALONE: _SERVE,
    **{f"assistant, {number} workers": [*_SERVE, "--workers", str(number)] for number in _WORKERS[1:]},
    "tutorial": [*_UVICORN, "benchmarks.stacks.tutorial:make_app"],
    "competent": [*_UVICORN, "benchmarks.stacks.competent:make_app"],
}
"""Commands that listen on the port that is added to them."""


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
    parser.add_argument("set", type=Path)
    parser.add_argument("--seconds", type=int, default=20, help="How long each number of connections is kept up.")
    parser.add_argument(
        "--asks", type=int, default=10_000, help="Asks after which memory is looked at again; 0: never."
    )
    parser.add_argument("--stacks", nargs="+", choices=list(_STACKS), default=list(_STACKS))
    said = parser.parse_args()
    corpus = said.set / "corpus.jsonl"
    settings, _ = prepare(load_settings(), corpus)
    with TemporaryDirectory() as temporary:
        asked = Path(temporary) / "asked.jsonl"
        questions = [{"question": one.question} for one in read_gold(said.set).questions]
        asked.write_text("".join(f"{json.dumps(one)}\n" for one in questions), encoding="utf-8")
        if not all(name.startswith("assistant") for name in said.stacks):
            embed_passages(corpus, Path(temporary))
        environment = {**os.environ, FOLDER: temporary, "ASSISTANT_DATA": str(settings.data)}
        print("| stack | connections | asks a second | p50, ms | p99, ms | failed |\n|---|---|---|---|---|---|")
        for name in said.stacks:
            with _running(_STACKS[name], environment) as (url, process):
                _tell(name, [_load(url, asked, connections, said.seconds) for connections in _CONNECTIONS])
                if name == _ALONE and said.asks:
                    _tell_memory(url, asked, process, said.asks)


@contextmanager
def _running(command: list[str], environment: Mapping[str, str]) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    port = _free_port()
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

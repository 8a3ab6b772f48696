"""Measures what becomes of more askers than there is room for, on the sample articles:

    python -m benchmarks.overload [--workers NUMBER] [--seconds NUMBER]

First 1 to 32 askers, each of whom asks again as soon as it has its answer; then 200, who come back when they are told
to, or at once; then 200 who ask once, all at the same moment. Goodput is answers a second. `late` are requests that
took longer than `wait_seconds` and a second more. Askers share the cores with the service.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx

from assistant.settings import LoadOptions
from benchmarks.service import percentile, question, serving

_ASKERS = (1, 2, 4, 8, 16, 32)
_MANY = 200
_LATE_SECONDS = LoadOptions().wait_seconds + 1

_numbers = count()


@dataclass(slots=True)
class Measured:
    """Seconds that requests took, by status; all times of a run."""

    seconds: dict[int, list[float]] = field(default_factory=dict)
    retry_after: list[int] = field(default_factory=list)

    def note(self, status: int, seconds: float, retry_after: int) -> None:
        self.seconds.setdefault(status, []).append(seconds)
        if retry_after:
            self.retry_after.append(retry_after)


class Asker:
    """One connection on which one question after the other is asked; plain, so that many cost little."""

    def __init__(self, url: str, measured: Measured) -> None:
        self._url = httpx.URL(url)
        self._measured = measured

    async def ask_until(self, end: float, comes_when_told: bool) -> None:
        reader, writer = await asyncio.open_connection(self._url.host, self._url.port)
        while time.monotonic() < end:
            retry_after = await self._ask(reader, writer)
            if retry_after and comes_when_told:
                writer.close()  # the service would, meanwhile
                await asyncio.sleep(min(retry_after, max(0.0, end - time.monotonic())))
                reader, writer = await asyncio.open_connection(self._url.host, self._url.port)
        writer.close()

    async def ask_once(self) -> None:
        reader, writer = await asyncio.open_connection(self._url.host, self._url.port)
        await self._ask(reader, writer)
        writer.close()

    async def _ask(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> int:
        """Ask; return what `Retry-After` says, else 0."""
        body = json.dumps({"question": question(next(_numbers))})
        started = time.monotonic()
        writer.write(
            f"POST /v1/ask HTTP/1.1\r\nHost: {self._url.host}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\n\r\n{body}".encode()
        )
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower().split("\r\n")
        headers = dict(line.split(": ", 1) for line in head[1:] if ": " in line)
        await reader.readexactly(int(headers["content-length"]))
        retry_after = int(headers.get("retry-after", 0))
        self._measured.note(int(head[0].split()[1]), time.monotonic() - started, retry_after)
        return retry_after


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seconds", type=int, default=15, help="How long each number of askers is kept up.")
    said = parser.parse_args()
    with TemporaryDirectory() as folder, serving(Path(folder), said.workers) as (url, _):
        print("| askers | goodput | p50, s | p99, s | slowest, s | statuses | late | Retry-After |")
        print("|---|---|---|---|---|---|---|---|")
        for askers in (4, *_ASKERS):  # the first ones warm it up
            _measure(f"{askers}", askers, lambda one: one.ask_until(time.monotonic() + said.seconds, False), url)
        for told, how in ((True, "who come back when told"), (False, "who ask again at once")):
            _measure(
                f"{_MANY} {how}",
                _MANY,
                lambda one, told=told: one.ask_until(time.monotonic() + 2 * said.seconds, told),  # type: ignore[misc]
                url,
            )
        _measure(f"{_MANY}, once", _MANY, Asker.ask_once, url)


def _measure(name: str, askers: int, use: Callable[[Asker], Awaitable[None]], url: str) -> None:
    measured = Measured()

    async def run() -> None:
        await asyncio.gather(*(use(Asker(url, measured)) for _ in range(askers)))

    started = time.monotonic()
    asyncio.run(run())
    _tell(name, measured, time.monotonic() - started)


def _tell(name: str, measured: Measured, seconds: float) -> None:
    answered = measured.seconds.get(200, [])
    everything = [one for some in measured.seconds.values() for one in some]
    statuses = Counter({status: len(some) for status, some in measured.seconds.items()})
    told = ", ".join(f"{number} of {status}" for status, number in sorted(statuses.items()))
    late = sum(one > _LATE_SECONDS for one in everything)
    back = f"{min(measured.retry_after)}-{max(measured.retry_after)} s" if measured.retry_after else ""
    p50, p99 = percentile(answered, 0.5), percentile(answered, 0.99)
    print(
        f"| {name} | {len(answered) / seconds:.1f} | {p50:.2f} | {p99:.2f} | {max(everything):.2f} | {told} | {late} "
        f"| {back} |",
        flush=True,
    )


if __name__ == "__main__":
    main()

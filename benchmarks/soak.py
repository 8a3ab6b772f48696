"""Runs the service for some minutes under everything at once, and looks for what got lost or went wrong:

    python -m benchmarks.soak MINUTES [--workers NUMBER]

Loopback only: asks, streams, searches, posted and replaced articles, deletions, and each half minute a killed worker or
ingesting process. Prints a JSON summary, and fails unless nothing acknowledged was lost and no request failed but by
a 503 or a connection that a kill cut.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Lock, Thread
from time import monotonic, sleep

import httpx

from benchmarks.service import name_of, percentile, posted_article, question, serving
from corpus.article import article_id

_SECONDS_BETWEEN_KILLS = 30.0
_SECONDS_TO_CATCH_UP = 180.0
"""After the last request: what was accepted must be dealt with by then."""

_ARTICLES = 300
"""Different ones; posting another text for one replaces it."""


@dataclass
class Seen:
    """What clients saw, and what they were promised. Shared by all threads."""

    lock: Lock = field(default_factory=Lock)
    statuses: Counter[str] = field(default_factory=Counter)
    cut: int = 0
    unended: int = 0
    """Streams that neither ended with their answer nor were cut."""
    kills: Counter[str] = field(default_factory=Counter)
    ask_ms: list[float] = field(default_factory=list)
    expected: dict[int, str | None] = field(default_factory=dict)
    """By the article's number: the text that was accepted last, None when its deletion was."""
    memory: list[int] = field(default_factory=list)
    """Bytes that all processes hold, every ten seconds."""


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("minutes", type=float)
    arguments.add_argument("--workers", type=int, default=2)
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder), given.workers) as (url, process):
        summary = soak(url, process, given.minutes * 60)
    print(json.dumps(summary, indent=1))
    if any(summary[fault] for fault in ("lost", "server_errors", "unfinished_jobs", "streams_without_end")):
        sys.exit(1)


def soak(url: str, process: subprocess.Popen[str], seconds: float) -> dict[str, object]:
    seen, stop = Seen(), Event()
    acts: list[Callable[[httpx.Client, Seen, random.Random], None]] = [_ask, _stream, _search, _write]
    threads = [Thread(target=_repeat, args=(act, url, seen, stop)) for act in acts]
    threads += [Thread(target=_kill, args=(process, seen, stop)), Thread(target=_weigh, args=(process, seen, stop))]
    for thread in threads:
        thread.start()
    sleep(seconds)
    stop.set()
    for thread in threads:
        thread.join()
    return _summary(url, seen)


def _repeat(act: Callable[[httpx.Client, Seen, random.Random], None], url: str, seen: Seen, stop: Event) -> None:
    chance = random.Random(act.__name__)
    with httpx.Client(base_url=url, timeout=60) as client:
        while not stop.is_set():
            try:
                act(client, seen, chance)
            except httpx.TransportError:
                with seen.lock:
                    seen.cut += 1
                sleep(0.2)


def _ask(client: httpx.Client, seen: Seen, chance: random.Random) -> None:
    started = monotonic()
    _note(seen, "ask", client.post("/v1/ask", json={"question": question(chance.randrange(10_000))}))
    with seen.lock:
        seen.ask_ms.append((monotonic() - started) * 1000)
    sleep(0.1)


def _stream(client: httpx.Client, seen: Seen, chance: random.Random) -> None:
    """A stream has to end with its answer, unless a kill cut the connection."""
    body = {"question": question(chance.randrange(10_000)), "stream": True}
    with client.stream("POST", "/v1/ask", json=body) as response:
        events = [line for line in response.iter_lines() if line.startswith("event: ")]
        ended = events[-1:] == ["event: answer.completed"]
        seen.unended += response.status_code == 200 and not ended
        _note(seen, "stream", response)
    sleep(0.5)


def _search(client: httpx.Client, seen: Seen, chance: random.Random) -> None:
    _note(seen, "search", client.post("/v1/search", json={"query": name_of(chance.randrange(_ARTICLES))}))
    sleep(0.2)


def _write(client: httpx.Client, seen: Seen, chance: random.Random) -> None:
    """One article posted, or one of ten times deleted. A cut request is sent again until it is answered."""
    number = chance.randrange(_ARTICLES)
    if chance.random() < 0.1:
        response = _insist(lambda: client.delete(f"/v1/articles/{article_id(f'post-{number}')}"), seen)
        if response.status_code in (202, 404):
            seen.expected[number] = None
    else:
        article = posted_article(number, chance, sentences=4)
        response = _insist(lambda: client.post("/v1/articles", json=article), seen)
        if response.status_code == 202:
            seen.expected[number] = article["text"]
    _note(seen, "write", response)
    sleep(0.5)


def _insist(send: Callable[[], httpx.Response], seen: Seen) -> httpx.Response:
    while True:
        try:
            return send()
        except httpx.TransportError:
            with seen.lock:
                seen.cut += 1
            sleep(0.2)


def _note(seen: Seen, act: str, response: httpx.Response) -> None:
    with seen.lock:
        seen.statuses[f"{act} {response.status_code}"] += 1


def _kill(process: subprocess.Popen[str], seen: Seen, stop: Event) -> None:
    chance = random.Random("kills")
    while not stop.wait(_SECONDS_BETWEEN_KILLS * chance.uniform(0.5, 1.5)):
        # The supervisor's children: its workers, and the one that ingests at low priority.
        child = chance.choice(_children(process.pid) or [0])
        if child:
            with suppress(OSError):
                usual = os.getpriority(os.PRIO_PROCESS, process.pid)
                role = "ingesting" if os.getpriority(os.PRIO_PROCESS, child) > usual else "answering"
                os.kill(child, signal.SIGKILL)
                seen.kills[role] += 1


def _weigh(process: subprocess.Popen[str], seen: Seen, stop: Event) -> None:
    while not stop.wait(10):
        family = [process.pid, *_children(process.pid)]
        seen.memory.append(sum(map(_resident_bytes, family)))


def _children(pid: int) -> list[int]:
    listed = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(number) for each in listed for number in each.read_text().split()]


def _resident_bytes(pid: int) -> int:
    with suppress(OSError):
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    return 0


def _summary(url: str, seen: Seen) -> dict[str, object]:
    with httpx.Client(base_url=url, timeout=60, transport=httpx.HTTPTransport(retries=3)) as client:
        waited = _await_last_job(client)
        lost = [number for number, text in seen.expected.items() if _stored_text(client, number) != text]
    bad = {
        what: count
        for what, count in seen.statuses.items()
        if what.split()[1].startswith("5") and not what.endswith("503")
    }
    middle = len(seen.memory) // 2
    return {
        "requests": dict(sorted(seen.statuses.items())),
        "articles": len(seen.expected),
        "lost": lost,
        "server_errors": bad,
        "unfinished_jobs": waited is None,
        "streams_without_end": seen.unended,
        "seconds_to_catch_up": waited,
        "kills": dict(seen.kills),
        "cut_connections": seen.cut,
        "ask_p50_ms": round(percentile(seen.ask_ms, 0.5)),
        "ask_p95_ms": round(percentile(seen.ask_ms, 0.95)),
        "memory_mb": {
            "most_of_first_half": max(seen.memory[:middle], default=0) // 10**6,
            "most_of_second_half": max(seen.memory[middle:], default=0) // 10**6,
        },
    }


def _await_last_job(client: httpx.Client) -> float | None:
    """Jobs are dealt with in order, so that when a last one is done all are; None when it is not in time."""
    started = monotonic()
    last = _insist(lambda: client.post("/v1/articles", json={"text": "The last one."}), Seen()).json()["id"]
    while monotonic() < started + _SECONDS_TO_CATCH_UP:
        with suppress(httpx.TransportError):
            if client.get(f"/v1/jobs/{last}").json()["status"] == "done":
                return round(monotonic() - started, 1)
        sleep(0.2)
    return None


def _stored_text(client: httpx.Client, number: int) -> str | None:
    response = client.get(f"/v1/articles/{article_id(f'post-{number}')}")
    return response.json()["text"] if response.status_code == 200 else None


if __name__ == "__main__":
    main()

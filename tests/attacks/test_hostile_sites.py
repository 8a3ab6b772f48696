"""A service whose sources are hostile: real processes, real sockets, everything on loopback."""

from __future__ import annotations

import gzip
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event

import httpx
import pytest

from tests.corpus.web import site as rude
from tests.corpus.web.site import LOOPBACK, Reply, Request, Route, entry, feed, page, serving

ASSISTANT = Path(sys.executable).with_name("assistant")

PATIENCE_SECONDS = 120.0
"""Only stops a hang."""

MOST_BYTES = 600 * 2**20
"""Of the process that ingests, models and all: it takes 250 MB; the bomb among what it was fed unfolds to 512 more."""

MIB = 2**20


@contextmanager
def served(data: Path) -> Iterator[tuple[httpx.Client, subprocess.Popen[str]]]:
    environment = {
        **os.environ,
        "ASSISTANT_DATA": str(data),
        "ASSISTANT_SOURCES__ALLOWED_HOSTS": LOOPBACK,
        "ASSISTANT_SOURCES__DELAY_SECONDS": "0",
        "ASSISTANT_ACCESS__LOG_REQUESTS": "false",
    }
    command = [str(ASSISTANT), "serve", "--port", "0"]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        try:
            (url,) = set(re.findall(r"http://[\d.]+:\d+", "".join(process.stdout.readline() for _ in range(4))))
            with httpx.Client(base_url=url, timeout=60) as client:
                yield client, process
        finally:
            process.send_signal(signal.SIGTERM)


def ingesting(process: subprocess.Popen[str]) -> int | None:
    """The number of the process that ingests, once there is one."""
    listed = Path(f"/proc/{process.pid}/task").glob("*/children")
    found = [int(number) for each in listed for number in each.read_text().split()]
    return found[-1] if found else None


def eventually(what: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while not what():
        assert time.monotonic() < until, "it does not happen"
        time.sleep(0.2)


def peak_bytes(process: int) -> int:
    [kilobytes] = re.findall(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{process}/status").read_text())
    return int(kilobytes) * 1024


def add(client: httpx.Client, url: str) -> str:
    added = client.post("/v1/sources", json={"url": url})
    assert added.status_code == 201
    return str(added.json()["id"])


def source(client: httpx.Client, source_id: str) -> dict[str, object]:
    body: dict[str, object] = client.get(f"/v1/sources/{source_id}").json()
    return body


def is_over(client: httpx.Client, source_id: str) -> bool:
    return source(client, source_id)["state"] in ("done", "failing")


def gzipped(size: int) -> Reply:
    return Reply(gzip.compress(bytes(size)), headers={"Content-Encoding": "gzip"})


def deep_feed() -> Reply:
    return Reply(b'<rss version="2.0"><channel>' + b"<item>" * 1_000_000, type="application/rss+xml")


def bomb_feed() -> Reply:
    entities = '<!ENTITY a0 "lol">' + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    body = f'<!DOCTYPE rss [{entities}]><rss version="2.0"><channel><title>&a9;</title></channel></rss>'
    return Reply(body.encode(), type="application/rss+xml")


HOSTILE: dict[str, Route] = {
    "/endless": rude.endless_body,
    "/endless-head": rude.endless_head,
    "/closed": rude.closed_at_once,
    "/midway": rude.closed_midway,
    "/smtp": rude.no_http,
    "/bomb": gzipped(512 * MIB),
    "/circle": Reply(status=302, headers={"Location": "/circle"}),
    "/metadata": Reply(status=302, headers={"Location": "http://169.254.169.254/latest/meta-data/"}),
    "/file": Reply(status=302, headers={"Location": "file:///etc/passwd"}),
    "/type": Reply(b"x" * MIB, type="image/png"),
    "/html": Reply(b"<div>" * 500_000),
    "/login": Reply(status=401),
    "/tired": Reply(status=503),
    "/deep": deep_feed(),
    "/entities": bomb_feed(),
    "/many": feed(*(f"<item><link>mailto:{n}@example.org</link></item>" for n in range(9_000))),
}


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("data")


def test_service_outlives_every_hostile_source_and_says_what_became_of_each(data: Path) -> None:
    with serving(HOSTILE) as site, served(data) as (client, process):
        # The service's own routes, too: a source must not reach what only this machine may.
        site.routes["/self"] = Reply(
            status=302, headers={"Location": f"http://localhost:{client.base_url.port}/metrics"}
        )
        hostile = {path: add(client, site.url(path)) for path in site.routes}
        site.routes["/good"] = page("Halcyon")
        good = add(client, site.url("/good"))
        eventually(lambda: is_over(client, good))
        eventually(lambda: all(is_over(client, one) for one in hostile.values()))

        assert source(client, good)["outcome"] == "1 created."
        for path, one in hostile.items():
            told = source(client, one)
            assert told["articles"] == 0, path
            assert told["state"] == "failing", path
            assert str(told["outcome"]).endswith("."), path
        worker = ingesting(process)
        assert worker is not None
        assert peak_bytes(worker) < MOST_BYTES
        [article] = client.get("/v1/articles").json()["data"]
        assert article["url"] == site.url("/good")


def test_service_that_is_killed_again_and_again_takes_in_every_page_of_a_source(tmp_path: Path) -> None:
    holds = {f"/{n}": Event() for n in (4, 8)}

    def held(n: int) -> Callable[[Request], Reply]:
        def reply(_: Request) -> Reply:
            holds[f"/{n}"].wait(PATIENCE_SECONDS)
            return page(f"Ferry {n}")

        return reply

    routes: dict[str, Route] = {f"/{n}": held(n) if f"/{n}" in holds else page(f"Ferry {n}") for n in range(12)}
    routes["/feed"] = feed(*(entry(f"/{n}") for n in range(12)))
    with serving(routes) as site, served(tmp_path) as (client, process):
        one = add(client, site.url("/feed"))
        for path, hold in holds.items():
            eventually(lambda path=path: path in site.paths())  # type: ignore[misc]
            worker = ingesting(process)
            assert worker is not None
            os.kill(worker, signal.SIGKILL)
            hold.set()
            eventually(lambda worker=worker: ingesting(process) not in (None, worker))  # type: ignore[misc]
        eventually(lambda: is_over(client, one))
        assert (source(client, one)["articles"], source(client, one)["problems"]) == (12, [])
        found = {article["url"] for article in client.get("/v1/articles?limit=50").json()["data"]}
        assert found == {site.url(f"/{n}") for n in range(12)}

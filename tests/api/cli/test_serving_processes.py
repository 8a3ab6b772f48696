"""`assistant serve` with its real processes: posting, deleting, killing, stopping."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
import pytest

from corpus.store import DataFolder, open_store
from tests.api.http.access.guarded import eventually

ROOT = Path(__file__).parents[3]
ASSISTANT = Path(sys.executable).with_name("assistant")
QUESTION = {"question": "what does China say about semiconductors?"}


@contextmanager
def served(data: Path | str, *options: str, **variables: str) -> Iterator[tuple[httpx.Client, subprocess.Popen[str]]]:
    environment = {**os.environ, "ASSISTANT_DATA": str(data), **variables}
    command = [str(ASSISTANT), "serve", "--port", "0", *options]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        try:
            (url,) = set(re.findall(r"http://[\d.]+:\d+", "".join(process.stdout.readline() for _ in range(4))))
            with httpx.Client(base_url=url, timeout=60, transport=httpx.HTTPTransport(retries=2)) as client:
                yield client, process
        finally:
            process.send_signal(signal.SIGTERM)


def children(process: subprocess.Popen[str]) -> list[int]:
    listed = Path(f"/proc/{process.pid}/task").glob("*/children")
    return [int(number) for each in listed for number in each.read_text().split()]


def all_started(process: subprocess.Popen[str], number: int) -> None:
    deadline = time.monotonic() + 60
    while len(children(process)) < number and time.monotonic() < deadline:
        time.sleep(0.05)
    assert len(children(process)) == number


def until_done(client: httpx.Client, job: str) -> dict[str, object]:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        body: dict[str, object] = client.get(f"/v1/jobs/{job}").json()
        if body["status"] in ("done", "failed"):
            return body
        time.sleep(0.1)
    raise AssertionError("the job was not done")


def found_soon(client: httpx.Client, question: dict[str, str], url: str) -> bool:
    """Whether the best source is from there: at the latest some moments after the job is done."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        if client.post("/v1/ask", json=question).json()["sources"][0]["url"] == url:
            return True
    return False


def answer_of_any(client: httpx.Client) -> dict[str, object]:
    """Ask again when the process that was to answer died of it."""
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        with suppress(httpx.TransportError):
            body: dict[str, object] = client.post("/v1/ask", json=QUESTION).json()
            return body
        time.sleep(0.2)
    raise AssertionError("nobody answered")


@pytest.fixture(scope="module")
def data(samples: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(shutil.copytree(samples, tmp_path_factory.mktemp("served") / "data"))


def test_serve_the_examples_of_the_documentation_work(data: Path, tmp_path: Path) -> None:
    (tmp_path / "article.md").write_text("# The old ferry\n\nThe ferry Petrel was sold.", encoding="utf-8")
    examples = re.findall(r"```sh\n(.*?)```", (ROOT / "docs/ingestion.md").read_text(encoding="utf-8"), re.DOTALL)
    post, upload, ask_for, delete = examples
    with served(data) as (client, _):
        variables = {**os.environ, "URL": str(client.base_url).rstrip("/")}

        def run(example: str, **more: str) -> httpx.Response:
            ran = subprocess.run(
                ["bash", "-c", example], env=variables | more, cwd=tmp_path, capture_output=True, check=True
            )
            return httpx.Response(200, content=ran.stdout)

        job, of_file = run(post).json()["id"], run(upload).json()["id"]
        until_done(client, job)
        [article] = run(ask_for, JOB=job).json()["articles"]
        assert (article["external_id"], article["outcome"]) == ("https://example.org/ferry", "created")
        assert until_done(client, of_file)["counts"] == {"created": 1}
        question = {"question": "Where does the ferry Halcyon sail to?"}
        assert found_soon(client, question, "https://example.org/ferry")

        until_done(client, run(delete, ARTICLE=article["article_id"]).json()["id"])
        assert client.get(f"/v1/articles/{article['article_id']}").status_code == 404
        sources = client.post("/v1/ask", json=question).json()["sources"]
        assert article["article_id"] not in {source["article_id"] for source in sources}


@pytest.mark.chaos
def test_serve_a_process_that_dies_of_a_damaged_index_is_replaced_by_one_that_has_it_mended(
    samples: Path, tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(samples, tmp_path / "data"))
    with served(folder, "--workers", "2") as (client, _):
        before = client.post("/v1/ask", json=QUESTION).json()
        # The words are read where they lie: that a file has become shorter ends whoever looks beyond its end.
        for path in (folder / "index" / "lexical").rglob("*"):
            if path.is_file():
                path.write_bytes(b"")

        after = answer_of_any(client)
        assert (after["answer"], after["citations"]) == (before["answer"], before["citations"])
        eventually(lambda: answer_of_any(client)["degraded"] == [])


def test_serve_killed_processes_are_replaced_and_nothing_accepted_is_lost(data: Path) -> None:
    with served(data, "--workers", "2") as (client, process):
        all_started(process, 3)
        accepted = [
            client.post("/v1/articles", json={"text": f"Crane {number} is old.", "external_id": f"c{number}"}).json()
            for number in range(5)
        ]
        for number in children(process):
            os.kill(number, signal.SIGKILL)

        assert answer_of_any(client)["status"] == "answered"
        assert [until_done(client, job["id"])["status"] for job in accepted] == ["done"] * 5
        assert all(client.get(f"/v1/articles/{_id_of(data, f'c{number}')}").status_code == 200 for number in range(5))
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0


def _id_of(data: Path, external_id: str) -> str:
    with open_store(DataFolder(data)) as store:
        return next(one.id for one in store.articles.list(limit=200) if one.external_id == external_id)


def test_serve_with_one_worker_ends_in_order(data: Path) -> None:
    with served(data) as (client, process):
        all_started(process, 1)
        [ingesting] = children(process)
        assert client.get("/readyz").status_code == 200
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0
        assert not Path(f"/proc/{ingesting}").exists()

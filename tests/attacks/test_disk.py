"""A disk that is full, or read-only, or whose catalog is gone: what was stored is still there to be asked for."""

from __future__ import annotations

import re
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from corpus.store import DataFolder
from tests.attacks.conftest import ASSISTANT, PATIENCE, Service, serving
from tests.attacks.small_disk import SmallDisk, small_disk

QUESTION = {"question": "what does China say about semiconductors?"}
ARTICLE = {"title": "New", "text": "Something new. " * 1000}
FEEDBACK = {"answer_id": "ans_" + "0" * 32, "rating": "up"}


@pytest.fixture
def disk(articles: Path, tmp_path: Path) -> Iterator[SmallDisk]:
    """A disk of 14 MB with the sample articles and the reserve that every service makes."""
    folder = tmp_path / "disk"
    folder.mkdir()
    with small_disk(folder, "14m") as disk:
        assert disk.run("cp", "-a", articles, disk.data).returncode == 0
        assert disk.assistant("keys", "list").returncode == 0
        yield disk


@contextmanager
def serving_on(disk: SmallDisk, log: Path, *arguments: str) -> Iterator[Service]:
    command = disk.command("env", f"ASSISTANT_DATA={disk.data}", ASSISTANT, "serve", "--port", "0", *arguments)
    with (
        log.open("w") as stderr,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=stderr, text=True) as process,
    ):
        assert process.stdout
        try:
            said = "".join(process.stdout.readline() for _ in range(4))
            found = re.search(r"http://[\d.]+:\d+", said)
            assert found, log.read_text()
            yield Service(found.group(), process, log)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(PATIENCE)
    assert "Traceback" not in log.read_text()


def code_of(response: httpx.Response) -> tuple[int, str]:
    return response.status_code, response.json()["code"]


def wait_until_not_ready(client: httpx.Client) -> None:
    deadline = time.monotonic() + PATIENCE
    while client.get("/readyz").status_code == 200:
        assert time.monotonic() < deadline
        time.sleep(0.1)


def wait_until_done(url: str, job: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while httpx.get(f"{url}/v1/jobs/{job}", timeout=60).json()["status"] in ("queued", "running"):
        assert time.monotonic() < deadline, httpx.get(f"{url}/v1/jobs/{job}", timeout=60).text
        time.sleep(0.1)


def test_service_a_full_disk_is_served_from_says_so_and_can_be_cleared(disk: SmallDisk, tmp_path: Path) -> None:
    disk.fill()
    with serving_on(disk, tmp_path / "log") as service, httpx.Client(base_url=service.url, timeout=PATIENCE) as client:
        assert client.get("/readyz").status_code == 200
        assert client.post("/v1/ask", json=QUESTION).json()["status"] == "answered"
        refused = client.post("/v1/articles", json=ARTICLE)
        assert code_of(refused) == (507, "storage_full")
        assert int(refused.headers["Retry-After"]) > 0
        assert "assistant_storage_writable 0.0" in client.get("/metrics").text

        first = client.get("/v1/articles").json()["data"][0]["article_id"]
        wait_until_done(service.url, client.delete(f"/v1/articles/{first}").raise_for_status().json()["id"])
        assert client.get(f"/v1/articles/{first}").status_code == 404

        disk.empty()
        assert client.post("/v1/articles", json=ARTICLE).status_code == 202


def test_service_a_disk_that_fills_while_it_serves_stops_nothing_but_posts(disk: SmallDisk, tmp_path: Path) -> None:
    with serving_on(disk, tmp_path / "log") as service, httpx.Client(base_url=service.url, timeout=PATIENCE) as client:
        disk.fill()
        assert code_of(client.post("/v1/articles", json=ARTICLE)) == (507, "storage_full")
        assert client.post("/v1/ask", json=QUESTION).json()["status"] == "answered"
        assert client.get("/metrics").status_code == 200
        assert client.get("/readyz").status_code == 200


def test_commands_a_full_disk_is_read_and_cleared_by_commands_too(disk: SmallDisk, tmp_path: Path) -> None:
    disk.fill()
    assert re.search(r"storage: +full", disk.assistant("status").stdout)
    assert "[1]" in disk.assistant("ask", QUESTION["question"]).stdout
    new = tmp_path / "new.md"
    new.write_text("# New\n\nSomething new.\n")
    refused = disk.assistant("ingest", new)
    assert (refused.returncode, "is full" in refused.stderr) == (3, True), refused.stderr
    first = disk.assistant("articles", "list").stdout.split()[0]
    removed = disk.assistant("articles", "remove", first)
    assert (removed.returncode, removed.stdout) == (0, "1 removed.\n"), removed.stderr
    assert first not in disk.assistant("articles", "list").stdout
    disk.empty()
    assert disk.assistant("ingest", new).returncode == 0


def test_service_a_read_only_disk_is_served_from_and_says_so(disk: SmallDisk, tmp_path: Path) -> None:
    disk.remount("ro")
    with (
        serving_on(disk, tmp_path / "log", "--workers", "2") as service,
        httpx.Client(base_url=service.url, timeout=PATIENCE) as client,
    ):
        assert client.get("/readyz").status_code == 200
        assert client.post("/v1/ask", json=QUESTION).json()["status"] == "answered"
        assert "assistant_storage_writable 0.0" in client.get("/metrics").text
        first = client.get("/v1/articles").json()["data"][0]["article_id"]
        for response in (
            client.post("/v1/articles", json=ARTICLE),
            client.delete(f"/v1/articles/{first}"),
            client.post("/v1/feedback", json=FEEDBACK),
        ):
            assert code_of(response) == (503, "storage_read_only")


def test_commands_a_read_only_disk_is_read_and_what_would_write_says_so(disk: SmallDisk, tmp_path: Path) -> None:
    disk.remount("ro")
    assert re.search(r"storage: +read-only", disk.assistant("status").stdout)
    assert "[1]" in disk.assistant("ask", QUESTION["question"]).stdout
    assert disk.assistant("backup", tmp_path / "saved").returncode == 0
    for arguments in (
        ["keys", "create", "x"],
        ["articles", "remove", "a-1"],
        ["rebuild"],
        ["ingest", "corpus/articles"],
    ):
        refused = disk.assistant(*arguments)
        assert (refused.returncode, "read-only" in refused.stderr) == (3, True), refused.stderr


def test_commands_a_disk_that_tells_no_size_is_not_full(tmp_path: Path) -> None:
    with small_disk(tmp_path, "0") as disk:
        status = disk.assistant("status")
    assert "storage:          writable" in status.stdout, status


def test_service_a_data_folder_that_is_gone_is_told_until_it_is_back(articles: Path, tmp_path: Path) -> None:
    data = Path(shutil.copytree(articles, tmp_path / "data"))
    with serving(data) as service, httpx.Client(base_url=service.url, timeout=PATIENCE) as client:
        data.rename(tmp_path / "away")
        assert code_of(client.post("/v1/articles", json=ARTICLE)) == (503, "data_unavailable")
        (tmp_path / "away").rename(data)
        assert client.post("/v1/articles", json=ARTICLE).status_code == 202


def test_service_a_catalog_that_is_gone_is_no_empty_library(articles: Path, tmp_path: Path) -> None:
    data = Path(shutil.copytree(articles, tmp_path / "data"))
    catalog, away = DataFolder(data).database, tmp_path / "away"
    with serving(data) as service, httpx.Client(base_url=service.url, timeout=PATIENCE) as client:
        assert client.post("/v1/ask", json=QUESTION).json()["status"] == "answered"
        catalog.rename(away)
        asked, posted = client.post("/v1/ask", json=QUESTION), client.post("/v1/articles", json=ARTICLE)
        for response in (asked, posted, client.get("/v1/articles")):
            assert code_of(response) == (503, "data_unavailable")
        wait_until_not_ready(client)
        assert not catalog.exists()
        away.rename(catalog)
        assert client.post("/v1/ask", json=QUESTION).json()["status"] == "answered"
    catalog.rename(away)
    for suffix in ("-wal", "-shm"):
        catalog.with_name(catalog.name + suffix).unlink(missing_ok=True)
    for arguments in (["status"], ["ask", "who?"], ["serve"], ["ingest", "corpus/articles"]):
        done = subprocess.run(
            [ASSISTANT, *arguments],
            env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(Path.cwd()), "ASSISTANT_DATA": str(data)},
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        assert (done.returncode, "restore a backup" in done.stderr) == (3, True), done.stderr
        assert len(done.stderr.splitlines()) == 1
    assert not catalog.exists()

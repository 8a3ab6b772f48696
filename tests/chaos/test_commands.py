"""Kills `assistant ingest`, and stops `assistant serve`, as they are run: what was said to be in is found.

Nothing is run beside them that could mend what they left.
"""

from __future__ import annotations

import os
import random
import re
import signal
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from threading import Event

import httpx
import pytest

from corpus.article import article_id
from corpus.store import DataFolder, open_store
from tests.api.cli.test_serving_processes import ASSISTANT, served, until_done

_SECONDS_TO_BE_FOUND = 30.0
_LONGEST_LIFE = 6.0
"""Seconds: an ingest of some articles takes as long on an idle machine, from its start to the last word of it."""

_FOLDER_IS_BUSY = 3
"""The exit code; the service may just be finishing what a killed command left."""

_ARTICLES_AN_INGEST = 10
_KILLS_A_ROUND = 10


def crane(number: int, version: int = 0) -> str:
    """Each version has the article's own word, and another text."""
    return f"This is crane{number}, and crane{number} stands in harbour {version} since version {version}."


def write(folder: Path, numbers: Iterable[int], version: int = 0) -> None:
    folder.mkdir(exist_ok=True)
    for number in numbers:
        (folder / f"crane{number}.txt").write_text(crane(number, version))


def is_found(client: httpx.Client, number: int, external_id: str | None = None) -> bool:
    response = client.post("/v1/search", json={"query": f"crane{number}", "limit": 10}).raise_for_status()
    wanted = external_id or f"crane{number}.txt"
    return wanted in {hit["external_id"] for hit in response.json()["data"]}


def missing(client: httpx.Client, numbers: Iterable[int]) -> list[int]:
    """Those that are not found in time."""
    deadline = time.monotonic() + _SECONDS_TO_BE_FOUND
    left = list(numbers)
    while left and time.monotonic() < deadline:
        left = [number for number in left if not is_found(client, number)]
        time.sleep(0.2 if left else 0)
    return left


def ingest_all(data: Path, folder: Path) -> None:
    """To the end, as soon as nobody else writes."""
    code = _FOLDER_IS_BUSY
    while code == _FOLDER_IS_BUSY:
        process = ingest(data, folder)
        process.communicate()
        code = process.returncode
    assert code == 0


def ingest(data: Path, folder: Path) -> subprocess.Popen[str]:
    environment = {**os.environ, "ASSISTANT_DATA": str(data)}
    command = [str(ASSISTANT), "ingest", str(folder)]
    return subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )


class TestKills:
    def test_ingest_a_few_kills_of_ingest_leave_nothing_that_is_not_found(self, tmp_path: Path) -> None:
        kill_and_check(tmp_path, kills=2)

    @pytest.mark.chaos
    def test_ingest_many_kills_of_ingest_leave_nothing_that_is_not_found(
        self, tmp_path: Path, request: pytest.FixtureRequest
    ) -> None:
        kill_and_check(tmp_path, request.config.getoption("--kills"))


def kill_and_check(place: Path, kills: int) -> None:
    """Half of the kills while nobody serves, half while somebody does; new articles and updates alike."""
    seed = random.randrange(2**32)
    print(f"moments chosen by seed {seed}")
    moments, said, written, killed = random.Random(seed), set[int](), 0, 0

    def kill(some: int) -> None:
        nonlocal written, killed
        for _ in range(some):
            old = moments.sample(range(written), min(written, _ARTICLES_AN_INGEST // 2))
            write(place / "articles", old, version=killed + 1)
            write(place / "articles", range(written, written + _ARTICLES_AN_INGEST))
            written += _ARTICLES_AN_INGEST
            said.update(ingest_until_killed(place / "data", place / "articles", moments))
            killed += 1

    while killed < kills:
        in_round = min(_KILLS_A_ROUND, kills - killed)
        kill(in_round // 2)
        with served(place / "data") as (client, _):
            assert missing(client, said) == []
            assert client.get("/readyz").status_code == 200
            kill(in_round - in_round // 2)
            assert missing(client, said) == []
    print(f"{killed} kills: {len(said)} of {written} articles were said to be in, and all of them found")


def ingest_until_killed(data: Path, folder: Path, moments: random.Random) -> set[int]:
    """Numbers of the articles of which a process told before it was killed, or came to its end."""
    process = ingest(data, folder)
    time.sleep(moments.uniform(0.5, _LONGEST_LIFE))
    process.kill()
    told, _ = process.communicate()
    # A line that the kill cut short promises nothing.
    return {int(number) for number in re.findall(r"^(?:created|updated) crane(\d+)\.txt\n", told, re.MULTILINE)}


class TestUpdates:
    def test_ingest_some_updates_under_a_running_server_hide_no_article_for_a_moment(self, tmp_path: Path) -> None:
        update_and_look(tmp_path, articles=10)

    @pytest.mark.chaos
    def test_ingest_400_updates_under_a_running_server_hide_no_article_for_a_moment(self, tmp_path: Path) -> None:
        update_and_look(tmp_path, articles=400)


def update_and_look(place: Path, articles: int) -> None:
    """Every article is updated by a command, and every second one that was posted by a post."""
    folder, data = place / "articles", place / "data"
    numbers = range(articles)
    write(folder, numbers)
    ingest_all(data, folder)
    with served(data) as (client, _):
        post(client, range(articles, articles + articles // 2), version=0)
        assert missing(client, numbers) == []
        write(folder, numbers, version=1)

        def update() -> None:
            ingest_all(data, folder)
            post(client, range(articles, articles + articles // 2), version=1)

        looks = look_while(client, update, articles)
        print(f"{articles} updates by a command, {articles // 2} by posts: found in {looks} of {looks} looks")
        texts = {text_of(client, f"crane{number}.txt") for number in numbers}
        assert texts == {crane(number, version=1) for number in numbers}


def post(client: httpx.Client, numbers: Iterable[int], version: int) -> None:
    articles = [{"external_id": f"crane{number}", "text": crane(number, version)} for number in numbers]
    job = client.post("/v1/articles", json={"articles": articles}).raise_for_status().json()["id"]
    assert until_done(client, job)["status"] == "done"


def look_while(client: httpx.Client, work: Callable[[], None], articles: int) -> int:
    """How many looks there were, all of which found the article; from before the work to after its end."""
    looks, done = 0, Event()

    def look() -> None:
        nonlocal looks
        while not done.is_set():
            number = random.randrange(articles + articles // 2)
            external_id = f"crane{number}" if number >= articles else None
            assert is_found(client, number, external_id), f"crane{number} was not found in look {looks}"
            looks += 1

    with ThreadPoolExecutor(2) as threads:
        looking: Future[None] = threads.submit(look)
        try:
            threads.submit(work).result()
        finally:
            done.set()
        looking.result()
    return looks


def text_of(client: httpx.Client, external_id: str) -> str:
    return str(client.get(f"/v1/articles/{article_id(external_id)}").raise_for_status().json()["text"])


class TestStops:
    @pytest.mark.chaos
    def test_ingest_a_long_article_survives_some_stops_and_is_found(self, tmp_path: Path) -> None:
        stop_and_check(tmp_path, stops=2, characters=100_000)

    @pytest.mark.chaos
    def test_ingest_a_long_article_survives_ten_stops_and_is_found(self, tmp_path: Path) -> None:
        stop_and_check(tmp_path, stops=10, characters=1_000_000)


def stop_and_check(data: Path, stops: int, characters: int) -> None:
    text = ""
    while len(text) < characters - 100:
        text += f"The crane of pier {len(text)} lifts {len(text) % 97} tonnes and was built by its harbour. "
    with served(data) as (client, process):
        article = {"external_id": "long", "text": text + "The last pier is called Halcyon."}
        job = client.post("/v1/articles", json=article).raise_for_status().json()["id"]
        stop(process)
    vectors = [0]
    for _ in range(stops - 1):
        with served(data) as (client, process):
            time.sleep(6)
            stop(process)
        with open_store(DataFolder(data)) as store:
            assert store.jobs.get(job).deaths == 0
        vectors.append(vectors_stored(data))
    print(f"passages embedded after each stop: {vectors}")
    assert vectors == sorted(vectors)
    with served(data) as (client, _):
        while client.get(f"/v1/jobs/{job}").json()["status"] != "done" and gets_on(data, vectors[-1]):
            vectors.append(vectors_stored(data))
        assert until_done(client, job)["counts"] == {"created": 1}
        hits = client.post("/v1/search", json={"query": "What is the last pier called?"}).json()["data"]
        assert "Halcyon" in hits[0]["passage"]["text"]


def vectors_stored(data: Path) -> int:
    with closing(sqlite3.connect(DataFolder(data).database)) as database:
        return int(database.execute("SELECT count(*) FROM vectors").fetchone()[0])


def gets_on(data: Path, stored: int) -> bool:
    """Whether there is another vector within a minute."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and vectors_stored(data) == stored:
        time.sleep(1)
    return vectors_stored(data) > stored


def stop(process: subprocess.Popen[str]) -> None:
    process.send_signal(signal.SIGTERM)
    assert process.wait(60) == 0

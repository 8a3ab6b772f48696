"""Faults while it serves: each is told as what it is or not felt at all, and is over when its cause is."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from assistant.ask import Assistant
from assistant.settings import HttpOptions, Settings
from index.encoders.default_encoder import DefaultEncoder
from index.encoders.encoder import Vector
from index.errors import ModelRunFailed
from tests.api.conftest import serving
from tests.api.http.access.guarded import QUESTION, eventually
from tests.api.http.test_error_handlers import assert_is_problem


class Encoder(DefaultEncoder):
    """The real one, until it `fails`."""

    fails = False

    def embed_question(self, question: str) -> Vector:
        if self.fails:
            raise ModelRunFailed("No memory is left.")
        return super().embed_question(question)


@pytest.fixture
def own(samples: Path, tmp_path: Path) -> Settings:
    return Settings(data=Path(shutil.copytree(samples, tmp_path / "data")), serving=HttpOptions(port=0))


@pytest.fixture
def encoder() -> Encoder:
    return Encoder()


@pytest.fixture
def served(own: Settings, encoder: Encoder) -> Iterator[httpx.Client]:
    with (
        Assistant.open(own, encoder) as helper,
        serving(helper, own) as url,
        httpx.Client(base_url=url, timeout=60) as client,
    ):
        yield client


def ask(client: httpx.Client) -> dict[str, object]:
    response = client.post("/v1/ask", json=QUESTION)
    assert response.status_code == 200
    body: dict[str, object] = response.json()
    return body


def empty_every_file(folder: Path) -> None:
    for path in folder.rglob("*"):
        if path.is_file():
            path.write_bytes(b"")


@pytest.mark.parametrize(
    ("part", "damage"),
    # Word files that are emptied under their reader end the process, which tests/api/cli/test_serving_processes.py
    # looks at.
    [("generations", shutil.rmtree), ("generations", empty_every_file), ("lexical", shutil.rmtree)],
)
def test_service_a_damaged_index_is_not_felt_by_those_who_ask_and_is_built_anew(
    served: httpx.Client, own: Settings, part: str, damage: Callable[[Path], None]
) -> None:
    before = ask(served)

    damage(own.data / "index" / part)

    during = ask(served)
    assert (during["status"], during["answer"]) == (before["status"], before["answer"])
    assert during["citations"] == before["citations"]
    eventually(lambda: ask(served)["degraded"] == [])
    assert served.get("/readyz").status_code == 200
    assert ask(served)["citations"] == before["citations"]


def test_service_a_store_that_another_program_locks_can_be_asked_and_takes_articles_again_afterwards(
    served: httpx.Client, own: Settings
) -> None:
    article = {"text": "The crane stands in the harbour."}
    with closing(sqlite3.connect(own.data / "catalog.sqlite3", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        assert ask(served)["status"] == "answered"
        refused = served.post("/v1/articles", json=article)
        assert_is_problem(refused, 503, "data_unavailable")
        assert refused.headers["Retry-After"]
        assert served.get("/healthz").status_code == 200
        other.execute("ROLLBACK")
    assert served.post("/v1/articles", json=article).status_code == 202


def test_service_an_encoder_that_fails_is_told_and_the_next_question_answered(
    served: httpx.Client, encoder: Encoder
) -> None:
    encoder.fails = True
    refused = served.post("/v1/ask", json=QUESTION)
    assert_is_problem(refused, 503, "index_unavailable")
    assert refused.headers["Retry-After"]
    assert served.get("/healthz").status_code == 200
    eventually(lambda: served.get("/readyz").status_code == 503)

    encoder.fails = False
    assert ask(served)["status"] == "answered"
    eventually(lambda: served.get("/readyz").status_code == 200)

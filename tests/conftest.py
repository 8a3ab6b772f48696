from __future__ import annotations

import fcntl
import gc
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
from playwright.sync_api import Browser, Error, sync_playwright

from assistant.ask import Assistant
from assistant.ingestion.ingest import ingest_paths
from assistant.settings import HttpOptions, Settings
from tests.chroma_server import ChromaProcess, chroma_server
from tests.postgres_server import PostgresServer, postgres_server

SYSTEM_CHROMIUM = Path("/usr/bin/chromium")
ARTICLES = Path(__file__).parents[1] / "corpus" / "articles"

# Collecting imports everything and leaves next to nothing behind: looking for garbage would take a third of its time.
gc.disable()

# Where compiled modules are not kept, each of hundreds of processes compiles the whole package anew.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

# A busy machine is no failure.
hypothesis.settings.register_profile("untimed", deadline=None)
hypothesis.settings.load_profile("untimed")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--write-images", action="store_true", help="Make the README's pictures anew, in docs/images.")
    parser.addoption("--kills", type=int, default=100, help="How many processes the chaos tests kill.")


def pytest_collection_finish() -> None:
    gc.freeze()
    gc.enable()


@pytest.fixture(scope="session")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder that holds the sample articles, indexed by the real encoder: to be copied, never to be opened."""
    place = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        place = place.parent  # of all test processes
    made, making = place / "samples", place / "samples.making"
    with (place / "samples.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            ingest_paths(Settings(data=making), [ARTICLES])
            making.rename(made)
    return made


@pytest.fixture(scope="session")
def settings(samples: Path, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The sample articles in a data folder of this test process."""
    data = Path(shutil.copytree(samples, tmp_path_factory.mktemp("samples") / "data"))
    return Settings(data=data, serving=HttpOptions(port=0))


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A real PostgreSQL, without any database of ours yet."""
    with postgres_server() as server:
        yield server


@pytest.fixture(scope="session")
def chroma() -> Iterator[ChromaProcess]:
    """A real Chroma server; it is running at the beginning of each test."""
    with chroma_server() as server:
        yield server


@pytest.fixture(scope="session")
def helper(settings: Settings) -> Iterator[Assistant]:
    with Assistant.open(settings) as helper:
        yield helper


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One for a module: while Playwright runs in a thread, nothing else can run an event loop there."""
    with sync_playwright() as playwright:
        found = str(SYSTEM_CHROMIUM) if SYSTEM_CHROMIUM.exists() else None
        try:
            opened = playwright.chromium.launch(executable_path=found, args=_rootless())
        except Error as error:
            if "CI" in os.environ:
                raise
            pytest.skip(
                "No browser: .venv/bin/playwright install --with-deps chromium"
                if "Executable doesn't exist" in str(error)
                else str(error)
            )
        yield opened
        opened.close()


def _rootless() -> list[str]:
    # Chromium's sandbox refuses to work for root.
    return ["--no-sandbox"] if os.geteuid() == 0 else []

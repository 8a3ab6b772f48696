"""This program, or an earlier one, run on a data folder: through commands and HTTP, as users run it."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import httpx

ROOT = Path(__file__).parents[2]

RUN = "from api.cli import main; main()"

_ARTICLES = {
    "china-13-point-plan.md",
    "chips-in-the-china-plan.md",
    "guide-to-the-china-plan.md",
    "two-philosophies.md",
}

EMBED_NOTHING = f"""
from index.encoders.default_encoder import DefaultEncoder

def refuse(self, texts):
    raise AssertionError(f"embedded again: {{texts}}")

DefaultEncoder.embed_passages = refuse
{RUN}
"""

DIE_WRITING = f"""
import os, signal, sys
from sqlalchemy import event
from sqlalchemy.engine import Engine

left = int(sys.argv.pop(1))

def write(*_):
    global left
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)

def execute(connection, cursor, statement, *_):
    if not statement.lstrip().upper().startswith(("SELECT", "PRAGMA")):
        write()

event.listen(Engine, "before_cursor_execute", execute)
event.listen(Engine, "commit", write)
{RUN}
"""
"""The first argument is the number of the write (a statement, or a commit) before which the process dies."""


@dataclass(frozen=True)
class Version:
    """The program whose packages are in `code`, on the data folder `data`."""

    code: Path
    data: Path

    def start(self, *arguments: str, program: str = RUN) -> subprocess.Popen[str]:
        """A command of `assistant`."""
        return subprocess.Popen(
            [sys.executable, "-W", "ignore", "-c", program, *arguments],
            cwd=self.data.parent,
            env={**os.environ, "ASSISTANT_DATA": str(self.data), "PYTHONPATH": str(self.code)},
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(self, *arguments: str, program: str = RUN) -> str:
        """What the command prints; it must not fail."""
        with self.start(*arguments, program=program) as process:
            printed, _ = process.communicate()
        assert process.returncode == 0, printed
        return printed

    @contextmanager
    def served(self, key: str) -> Iterator[tuple[httpx.Client, subprocess.Popen[str]]]:
        """The service until the end of the block, with a client that sends this key."""
        header = {"Authorization": f"Bearer {key}"}
        with self.start("serve", "--port", "0") as process:
            assert process.stdout
            try:
                (url,) = next(
                    found.groups() for line in process.stdout if (found := re.search(r"(http://\S+:\d+)", line))
                )
                with httpx.Client(base_url=url, headers=header, timeout=60) as client:
                    yield client, process
            finally:
                process.terminate()
                process.communicate()

    def open_and_be_killed(self) -> int:
        """Open the folder to write, killed each time thrice as far, until it survives; return how often it did not."""
        kills = 0
        while True:
            finish = (str(3**kills), "ingest", "--if-empty", str(ROOT / "corpus" / "articles"))
            with self.start(*finish, program=DIE_WRITING) as process:
                printed, _ = process.communicate()
            if process.returncode == 0:
                return kills
            assert process.returncode == -signal.SIGKILL, printed
            kills += 1


def code_of(commit: str, folder: Path) -> Path:
    """The packages as they were at a commit, put into `folder`, with no more articles than are asked for."""
    packages = ("corpus", "index", "assistant", "api")
    packed = subprocess.run(["git", "archive", commit, *packages], cwd=ROOT, capture_output=True)
    assert packed.returncode == 0, (
        f"An upgrade is tested from commit {commit}, which this clone does not hold: run `git fetch --unshallow`. "
        f"{packed.stderr.decode()}"
    )
    with tarfile.open(fileobj=BytesIO(packed.stdout)) as archive:
        archive.extractall(folder, filter="data")
    for article in (folder / "corpus" / "articles").iterdir():
        if article.name not in _ARTICLES:
            article.unlink()
    return folder

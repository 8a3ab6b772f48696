"""Kills the ingesting process at random moments and looks at what it left, as the next start would."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from corpus.store import DataFolder, open_store_writer
from index.live import LiveIndex
from index.retriever import Retriever
from tests.chaos.ingesting import crane, name_of
from tests.index.library import ENCODER, OPTIONS

_ROOT = Path(__file__).parents[2]

_LONGEST_LIFE = 8.0
"""Seconds: a round of ingesting and building takes three on an idle machine."""


@dataclass
class Promises:
    """Numbers of the articles that a process said could be found."""

    taken: set[int] = field(default_factory=set)

    def hear(self, said: str) -> None:
        # A line that the kill cut short promises nothing.
        for line in said.splitlines(keepends=True):
            kind, *numbers = line.split()
            if line.endswith("\n") and kind == "taken":
                self.taken.update(map(int, numbers))


def ingest_until_killed(data: Path, promises: Promises, moments: random.Random) -> None:
    """One process, from its start to its death by SIGKILL. It must not end by itself."""
    first = max(promises.taken, default=-1) + 1
    command = [sys.executable, "-m", "tests.chaos.ingesting", str(data), str(first)]
    process = subprocess.Popen(
        command, cwd=_ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "started\n", process.communicate()[1]
    time.sleep(moments.uniform(0, _LONGEST_LIFE))
    assert process.poll() is None, process.communicate()[1]
    process.kill()
    said, _ = process.communicate()
    promises.hear(said)


def check_that_promises_are_kept(data: Path, promises: Promises) -> None:
    """Open what is there, as it is, before any update: everything that was taken in is stored and the first hit."""
    # As the writer, so that the reader mends nothing before it is looked at.
    with open_store_writer(DataFolder(data)) as store, LiveIndex(store, DataFolder(data), ENCODER.fingerprint) as live:
        wanted = {crane(number).id: crane(number) for number in promises.taken}
        stored = store.articles.get_many(list(wanted))
        assert {id_: each.text for id_, each in stored.items()} == {id_: each.text for id_, each in wanted.items()}
        found = Retriever(store, ENCODER, live, OPTIONS)
        for number in _some(promises.taken):
            assert found.retrieve(name_of(number)).hits[0].article.id == crane(number).id


def was_building(data: Path) -> bool:
    """Whether the kill left a generation half built."""
    return any((data / "index" / "staging").glob("*"))


def _some(numbers: set[int]) -> list[int]:
    return [*sorted(numbers)[:3], *sorted(numbers)[-3:]]

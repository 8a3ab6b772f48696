"""A writer that works until it is killed, and says on its output what the store has acknowledged.

Run as `python -m tests.corpus.store.sqlite.killed_writer FOLDER LIFE`; the articles of a life have their own names.
"""

from __future__ import annotations

import random
import signal
import subprocess
import sys
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from time import sleep

import numpy as np

from corpus.article import Article
from corpus.store import DataFolder, open_store_writer
from corpus.store.protocols import Store
from tests.corpus.store.examples import article, passage, put_unsplit


@dataclass
class Acknowledged:
    """Names of articles, as the killed writer said them."""

    stored: set[str] = field(default_factory=set)
    deleting: set[str] = field(default_factory=set)
    deleted: set[str] = field(default_factory=set)

    @property
    def safe(self) -> set[str]:
        """Stored, and never asked to go."""
        return self.stored - self.deleting


def named(name: str) -> Article:
    return article(name, f"The text of {name}. " * (1 + hash_of(name) % 100))


def hash_of(name: str) -> int:
    return sum(name.encode())


def live_and_be_killed(folder: Path, life: int, seconds: float) -> Acknowledged:
    """Start a writer and kill it `seconds` after it begins; says what it has heard from the store."""
    command = [sys.executable, "-m", "tests.corpus.store.sqlite.killed_writer", str(folder), str(life)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "begins\n"
        sleep(seconds)
        process.send_signal(signal.SIGKILL)
        heard = Acknowledged()
        # A line that the kill cut short was never said.
        for line in process.stdout.read().split("\n")[:-1]:
            what, name = line.split()
            getattr(heard, what).add(name)
    assert process.returncode == -signal.SIGKILL, "the writer died by itself"
    return heard


def work(folder: Path, life: int) -> None:
    dice = random.Random(life)
    say("begins")
    with open_store_writer(DataFolder(folder)) as store:
        mine: list[str] = []
        for batch in count():
            new = [f"{life}-{batch}-{number}" for number in range(8)]
            put_unsplit(store, [named(name) for name in new])
            say(*(f"stored {name}" for name in new))
            index(store, new)
            mine += new
            if batch % 4 == 3:
                delete(store, [mine.pop(dice.randrange(len(mine))) for _ in range(3)])


def index(store: Store, names: list[str]) -> None:
    passages = [passage(named(name)) for name in names]
    store.passages.put("splitter", {each.article_id: [each] for each in passages})
    store.vectors.put("e", [each.vector_key for each in passages], np.ones((len(passages), 8), dtype=np.float32))
    store.generations.publish(f"g{store.changes.seq()}", store.changes.seq(), "e")


def delete(store: Store, names: list[str]) -> None:
    say(*(f"deleting {name}" for name in names))
    store.articles.delete([named(name).id for name in names])
    say(*(f"deleted {name}" for name in names))


def say(*lines: str) -> None:
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    sys.stdout.flush()


if __name__ == "__main__":
    work(Path(sys.argv[1]), int(sys.argv[2]))

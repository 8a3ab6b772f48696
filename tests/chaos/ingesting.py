"""The process that the chaos tests kill: ingests and builds round after round, and says what it was promised.

Run as `python -m tests.chaos.ingesting <data folder> <first number>`. Prints `taken <article> ...` when these are to be
found, and articles are named by ascending numbers.
"""

from __future__ import annotations

import sys
from itertools import count
from pathlib import Path

from corpus.article import Article
from corpus.store import DataFolder, open_store_writer
from tests.index.library import article, pipeline, update

_ARTICLES_A_ROUND = 20
_ARTICLES_A_COMMIT = 4


def name_of(number: int) -> str:
    return f"crane{number}"


def crane(number: int) -> Article:
    """Its text has a word of its own, its name."""
    return article(name_of(number), f"This is {name_of(number)}, which stands in the harbour. It is old.")


def main(data: Path, first: int) -> None:
    print("started", flush=True)
    for start in count(first, _ARTICLES_A_ROUND):
        with open_store_writer(DataFolder(data)) as store:
            numbers = range(start, start + _ARTICLES_A_ROUND)
            for number in numbers[::_ARTICLES_A_COMMIT]:
                commit = range(number, number + _ARTICLES_A_COMMIT)
                pipeline(store, DataFolder(data)).take([crane(each) for each in commit])
                print("taken", *commit, flush=True)
            update(store, DataFolder(data))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))

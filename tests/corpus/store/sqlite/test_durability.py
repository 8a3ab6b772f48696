from __future__ import annotations

import random
from pathlib import Path

import pytest

from corpus.store import DataFolder, open_store, open_store_writer
from corpus.store.sqlite.engine import find_damage
from tests.corpus.store.sqlite.killed_writer import Acknowledged, live_and_be_killed, named


def check(folder: Path, heard: Acknowledged) -> None:
    with open_store(DataFolder(folder)) as reader:
        safe = [named(name) for name in heard.safe]
        assert reader.articles.get_many([each.id for each in safe]) == {each.id: each for each in safe}
        assert reader.articles.get_many([named(name).id for name in heard.deleted]) == {}
        assert len(reader.generations.kept()) <= 2
        assert reader.passages.count() <= reader.articles.count()
    open_store_writer(DataFolder(folder)).close()
    assert find_damage(DataFolder(folder).database) is None


def kill_writers(folder: Path, times: int) -> Acknowledged:
    """Kill one writer after the other at random moments, the making of the store included."""
    dice = random.Random()
    everything = Acknowledged()
    for life in range(times):
        heard = live_and_be_killed(folder, life, seconds=dice.uniform(0, 0.5))
        check(folder, heard)
        everything.stored |= heard.stored
        everything.deleting |= heard.deleting
        everything.deleted |= heard.deleted
    check(folder, everything)
    return everything


def test_store_nothing_acknowledged_is_lost_when_writers_are_killed(tmp_path: Path) -> None:
    kill_writers(tmp_path, times=4)


@pytest.mark.chaos
def test_store_nothing_acknowledged_is_lost_in_a_hundred_kills(tmp_path: Path) -> None:
    heard = kill_writers(tmp_path, times=100)
    print(f"{len(heard.stored)} stored, {len(heard.deleted)} deleted, 0 lost")
    assert heard.stored
    assert heard.deleted

from __future__ import annotations

import random
from pathlib import Path

import pytest

from corpus.store import DataFolder, open_store_writer
from index.live import LiveIndex
from tests.chaos.ingesting import crane, name_of
from tests.chaos.killing import Promises, check_that_promises_are_kept, ingest_until_killed, was_building
from tests.index.library import ENCODER, update

_A_FEW = 3


def test_ingest_a_few_kills_while_ingesting_and_building_lose_nothing(tmp_path: Path) -> None:
    kill_and_check(tmp_path, _A_FEW)


@pytest.mark.chaos
def test_ingest_many_kills_while_ingesting_and_building_lose_nothing(
    tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    kill_and_check(tmp_path, request.config.getoption("--kills"))


def kill_and_check(data: Path, kills: int) -> None:
    promises, seed = Promises(), random.randrange(2**32)
    print(f"moments chosen by seed {seed}")
    moments, building = random.Random(seed), 0
    for _ in range(kills):
        ingest_until_killed(data, promises, moments)
        building += was_building(data)
        check_that_promises_are_kept(data, promises)
    check_that_an_update_completes(data, promises)
    print(f"{kills} kills, {building} of them while building: {len(promises.taken)} articles, none lost")


def check_that_an_update_completes(data: Path, promises: Promises) -> None:
    """After the last kill everything taken can be found, and nothing of the killed builds is left."""
    with open_store_writer(DataFolder(data)) as store:
        update(store, DataFolder(data))
        with LiveIndex(store, DataFolder(data), ENCODER.fingerprint) as live:
            assert not live.fallback
            everything = live.vectors().search(ENCODER.embed_question("crane"), store.passages.count())
            assert {id_ for id_, _ in everything} == {passage.id for passage in store.passages.all()}
            for number in promises.taken:
                [passage] = store.passages.of_articles([crane(number).id])
                [(first, _)] = live.words().search(name_of(number), 1)
                assert first == passage.id
        kept = {record.name for record in store.generations.kept()}
    assert {path.name for path in (data / "index" / "generations").iterdir()} <= kept
    assert list((data / "index" / "staging").iterdir()) == []

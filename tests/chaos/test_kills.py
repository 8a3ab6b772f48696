from __future__ import annotations

import random
from pathlib import Path

import pytest
from index.update import update_index

from corpus.store.sqlite import Catalog
from index.live import LiveIndex
from tests.chaos.ingesting import crane, name_of
from tests.chaos.killing import Promises, check_that_promises_are_kept, ingest_until_killed, was_building
from tests.index.library import ENCODER, OPTIONS

_A_FEW = 3


def test_a_few_kills_while_ingesting_and_building_lose_nothing(tmp_path: Path) -> None:
    kill_and_check(tmp_path, _A_FEW)


@pytest.mark.chaos
def test_many_kills_while_ingesting_and_building_lose_nothing(tmp_path: Path, request: pytest.FixtureRequest) -> None:
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
    print(f"{kills} kills, {building} of them while building: {len(promises.acknowledged)} articles, none lost")


def check_that_an_update_completes(data: Path, promises: Promises) -> None:
    """After the last kill everything acknowledged can be found, and nothing of the killed builds is left."""
    with Catalog.open_writer(data) as catalog:
        update_index(catalog, ENCODER, OPTIONS)
        with LiveIndex(catalog, ENCODER.fingerprint) as live:
            assert not live.fallback
            everything = live.vectors().search(ENCODER.embed_question("crane"), catalog.count_passages())
            assert {id_ for id_, _ in everything} == {passage.id for passage in catalog.all_passages()}
            for number in promises.acknowledged:
                [passage] = catalog.passages_of([crane(number).id])
                [(first, _)] = live.lexical().search(name_of(number), 1)
                assert first == passage.id
        kept = {record.name for record in catalog.kept_generations()}
    assert {path.name for path in (data / "index" / "generations").iterdir()} <= kept
    assert list((data / "index" / "staging").iterdir()) == []

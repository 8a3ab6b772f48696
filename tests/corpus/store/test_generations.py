from __future__ import annotations

from corpus.generation_record import GenerationRecord
from corpus.store.protocols import Store


def names(store: Store) -> list[str]:
    return [record.name for record in store.generations.kept()]


def live_name(store: Store) -> str | None:
    live = store.generations.live()
    return live.name if live else None


def test_generations_there_is_no_generation_at_first(store: Store) -> None:
    assert store.generations.live() is None
    assert store.generations.kept() == []


def test_generations_the_live_generation_and_the_one_before_it_are_kept(store: Store) -> None:
    assert store.generations.publish("g1", 1, "e") == []
    assert store.generations.publish("g2", 2, "f") == []
    assert store.generations.publish("g3", 3, "f") == ["g1"]
    assert live_name(store) == "g3"
    assert store.generations.kept() == [
        GenerationRecord("g3", 3, "f", live=True),
        GenerationRecord("g2", 2, "f", live=False),
    ]


def test_generations_publishing_the_live_generation_again_drops_nothing(store: Store) -> None:
    store.generations.publish("g1", 1, "e")
    store.generations.publish("g2", 2, "e")
    assert store.generations.publish("g2", 2, "e") == []
    assert names(store) == ["g2", "g1"]


def test_generations_the_previous_generation_can_be_published_again(store: Store) -> None:
    store.generations.publish("g1", 1, "e")
    store.generations.publish("g2", 2, "e")
    assert store.generations.publish("g1", 1, "e") == []
    assert names(store) == ["g1", "g2"]


def test_generations_when_the_live_generation_is_withdrawn_the_previous_lives_again(store: Store) -> None:
    store.generations.publish("g1", 1, "e")
    store.generations.publish("g2", 2, "e")
    store.generations.withdraw("g2")
    assert live_name(store) == "g1"
    store.generations.withdraw("g1")
    assert store.generations.live() is None


def test_generations_withdrawing_the_previous_generation_leaves_the_live_one(store: Store) -> None:
    store.generations.publish("g1", 1, "e")
    store.generations.publish("g2", 2, "e")
    store.generations.withdraw("g1")
    assert names(store) == ["g2"]
    assert live_name(store) == "g2"

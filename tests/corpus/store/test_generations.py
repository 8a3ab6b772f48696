from __future__ import annotations

from corpus.store.sqlite import Catalog, GenerationRecord


def names(catalog: Catalog) -> list[str]:
    return [record.name for record in catalog.kept_generations()]


def test_there_is_no_generation_at_first(catalog: Catalog) -> None:
    assert catalog.live_generation() is None
    assert catalog.kept_generations() == []


def test_the_live_generation_and_the_one_before_it_are_kept(catalog: Catalog) -> None:
    assert catalog.publish_generation("g1", 1, "e") == []
    assert catalog.publish_generation("g2", 2, "f") == []
    assert catalog.publish_generation("g3", 3, "f") == ["g1"]
    assert catalog.live_generation() == "g3"
    assert catalog.kept_generations() == [
        GenerationRecord("g3", 3, "f", live=True),
        GenerationRecord("g2", 2, "f", live=False),
    ]


def test_publishing_the_live_generation_again_drops_nothing(catalog: Catalog) -> None:
    catalog.publish_generation("g1", 1, "e")
    catalog.publish_generation("g2", 2, "e")
    assert catalog.publish_generation("g2", 2, "e") == []
    assert names(catalog) == ["g2", "g1"]


def test_the_previous_generation_can_be_published_again(catalog: Catalog) -> None:
    catalog.publish_generation("g1", 1, "e")
    catalog.publish_generation("g2", 2, "e")
    assert catalog.publish_generation("g1", 1, "e") == []
    assert names(catalog) == ["g1", "g2"]


def test_when_the_live_generation_is_withdrawn_the_previous_lives_again(catalog: Catalog) -> None:
    catalog.publish_generation("g1", 1, "e")
    catalog.publish_generation("g2", 2, "e")
    catalog.withdraw_generation("g2")
    assert catalog.live_generation() == "g1"
    catalog.withdraw_generation("g1")
    assert catalog.live_generation() is None


def test_withdrawing_the_previous_generation_leaves_the_live_one(catalog: Catalog) -> None:
    catalog.publish_generation("g1", 1, "e")
    catalog.publish_generation("g2", 2, "e")
    catalog.withdraw_generation("g1")
    assert names(catalog) == ["g2"]
    assert catalog.live_generation() == "g2"

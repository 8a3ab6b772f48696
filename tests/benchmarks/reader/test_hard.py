from __future__ import annotations

from benchmarks.reader.hard import NearMisses
from index.encoders.load import load_encoder


def test_near_misses_puts_what_is_nearest_by_meaning_and_words_first() -> None:
    texts = [
        (1, "Weather", "It rained in the hills."),
        (2, "Bridge opens", "Its toll is five crowns."),
        (3, "Bridge opens", "The bridge was drawn by a young architect."),
    ]
    near_misses = NearMisses(load_encoder())
    assert near_misses.hardest("Which engineer drew the bridge?", texts, 2) == [3, 2]

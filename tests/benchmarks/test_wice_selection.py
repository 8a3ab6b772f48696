from __future__ import annotations

import json
from pathlib import Path

import pytest

from assistant.ask import Assistant
from assistant.ingestion.ingest import ingest_paths
from assistant.settings import Settings
from benchmarks import wice
from benchmarks.wice_selection import (
    Claim,
    by_reader,
    by_words,
    read_claims,
    reading_whole_articles,
    selection_f1,
)

ENTRIES = [
    {
        "label": "supported",
        "claim": "Ada Miller opened the fair in Rome.",
        "evidence": [
            "# The fair",
            "",
            "It rained for most of the week.",
            "The fair in Rome was opened by Ada Miller. She wore a hat.",
            "Visitors complained about the price of food.",
        ],
        "supporting_sentences": [[3], [0, 3], []],
        "meta": {"id": "dev1"},
    },
    {
        "label": "not_supported",
        "claim": "Ada Miller sang.",
        "evidence": ["Ada Miller opened the fair in Rome on Monday."],
        "supporting_sentences": [[]],
        "meta": {"id": "dev2"},
    },
]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    (tmp_path / "wice.jsonl").write_text("".join(json.dumps(entry) + "\n" for entry in ENTRIES))
    return tmp_path / "wice.jsonl"


def claim(*supporting: set[int]) -> Claim:
    return Claim("c", "Who?", ("a",) * 9, tuple(map(frozenset, supporting)))


@pytest.mark.parametrize(
    ("supporting", "ranked", "f1"),
    [
        ([{0}], [0, 1, 2, 3, 4], 2 / 6),
        ([{0, 1}, {5}], [0, 1, 2, 3, 4, 5], 4 / 7),  # the closest set counts, and only the five best
        ([{0, 1, 2, 3, 4}], [4, 3, 2, 1, 0], 1.0),
        ([{0}], [0], 1.0),  # an article may have fewer than five
        ([{0}], [], 0.0),
    ],
)
def test_wice_selection_the_five_best_are_held_against_the_closest_gold_set(
    supporting: list[set[int]], ranked: list[int], f1: float
) -> None:
    assert selection_f1(claim(*supporting), ranked) == pytest.approx(f1)


def test_wice_selection_claims_without_supporting_sentences_are_left_out(file: Path) -> None:
    [claim] = read_claims(file)

    assert claim.id == "dev1"
    assert claim.supporting == (frozenset({3}), frozenset({0, 3}))


def test_wice_selection_words_and_reader_rank_the_sentences_of_the_claims_own_article(
    file: Path, tmp_path: Path
) -> None:
    [claim] = read_claims(file)
    wice.convert(file, tmp_path / "set")
    settings = Settings(data=tmp_path / "data")
    ingest_paths(settings, [tmp_path / "set" / "corpus.jsonl"])

    with Assistant.open(reading_whole_articles(settings)) as assistant:
        ranked = by_reader(claim, assistant)

    assert by_words(claim)[:2] == [3, 0]
    assert ranked[0] == 3
    assert set(ranked) == {2, 3, 4}  # the reader leaves out headings

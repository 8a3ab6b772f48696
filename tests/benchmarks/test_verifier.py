from __future__ import annotations

import json
import random
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.groundedness.judge import ClaimVerdict
from benchmarks.claims import damaged_claims, packaged_claims
from benchmarks.damage import CHANGES, STILL_RIGHT, Source
from benchmarks.verifier import Passed, side_by_side, table

SENTENCE = "Ada Miller said the bridge was not built in 1902 by the workers of Aldermoor."
ELSEWHERE = "Many farmers protested because prices of grain had fallen again."
SOURCE = Source(SENTENCE, "Bridges\nIt rained.", ("Ida Brandt",), ELSEWHERE)


@pytest.mark.parametrize("name", [name for name in CHANGES if name != "as they stand"])
def test_damage_every_change_changes_a_sentence(name: str) -> None:
    source = replace(SOURCE, text=f"In 1903, {SENTENCE}") if name == "shortened" else SOURCE
    changed = CHANGES[name](source, random.Random(1))
    if name == "with a negation":  # this one has a negation already
        assert changed is None
    else:
        assert changed not in (None, source.text)


def test_damaged_claims_have_every_change_that_a_sentence_allows(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus.jsonl"
    corpus.write_text(json.dumps({"_id": "1", "title": "Bridges", "text": f"{SENTENCE} Ida Brandt agreed with it."}))

    found = list(damaged_claims(corpus))

    assert {claim.is_supported for claim in found} == {True, False}
    assert {claim.label for claim in found if claim.is_supported} <= set(STILL_RIGHT)
    assert all(claim.claim.evidence for claim in found)


def test_verifier_table_has_a_row_a_kind() -> None:
    judged = [("right", ClaimVerdict.SUPPORTED), ("right", ClaimVerdict.PARTIAL), ("wrong", ClaimVerdict.NOT_CONFIRMED)]

    assert list(table("claims", judged))[1:] == [
        "| right | 2 | 0.500 | 0.500 | 0.000 | 0.000 |",
        "| wrong | 1 | 0.000 | 0.000 | 1.000 | 0.000 |",
    ]


def test_verifier_shows_written_errors_and_damage_side_by_side() -> None:
    rows = list(side_by_side([Passed("written", 10, 5, 20, 1), Passed("damaged", 0, 0, 10, 0)]))
    assert rows[1].startswith("| written | 0.500 (0.237-0.763) of 10 | 0.050 (")
    assert rows[2] == "| damaged | none | 0.000 (0.000-0.278) of 10 |"


def test_packaged_claims_are_those_that_admit_judges() -> None:
    assert [claim.is_supported for claim in packaged_claims()].count(True) == 100

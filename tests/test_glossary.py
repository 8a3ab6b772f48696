"""The glossary says where each word lives."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PLACES = re.findall(r"`([a-z_]+/[\w/.]*)`", (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8"))


def test_glossary_names_places() -> None:
    assert len(PLACES) > 30


@pytest.mark.parametrize("place", sorted(set(PLACES)))
def test_glossary_places_exist(place: str) -> None:
    assert (ROOT / place).exists(), f"docs/glossary.md says {place}"

"""The glossary says where each word lives, and the words that it replaced are gone."""

from __future__ import annotations

import re
import tokenize
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PLACES = re.findall(r"`([a-z_]+/[\w/.]*)`", (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8"))

ROOMS = ("corpus", "index", "assistant", "api")

REPLACED = re.compile(
    r"""
    _*( glance\w* | GLANCED_AT | read_closely               # prescore, its depth, rescore
    | Desk | KeyBook | Turns | OpenTo                       # AccessPolicy, KeyCache, AdmissionQueue, KeylessAccess
    | Caution | SURE_ENOUGH | sure_enough                   # OperatingPoint, early_exit_probability
    | may_speak_for | may_be_said_by                        # is_attributable_to_party, is_attributable_to_speaker
    | split_question | FreshPassages | strays               # decompose, DeltaIndex, unreachable
    | IndexOptions | Grounds | Helper | TheCaller           # RetrievalOptions, Premises, CallerAssistant, CurrentCaller
    )
    """,
    re.VERBOSE,
)
"""Private words for what the field has words for."""

TABLE_OF_RENAMED_SETTINGS = ROOT / "assistant" / "settings.py"


def test_glossary_names_places() -> None:
    assert len(PLACES) > 30


@pytest.mark.parametrize("place", sorted(set(PLACES)))
def test_glossary_places_exist(place: str) -> None:
    assert (ROOT / place).exists(), f"docs/glossary.md says {place}"


@pytest.mark.parametrize("room", ROOMS)
def test_glossary_replaced_words_are_no_names_in_the_code(room: str) -> None:
    found = [
        f"{path.relative_to(ROOT)}:{token.start[0]}: {token.string}"
        for path in sorted((ROOT / room).rglob("*.py"))
        for token in _names(path)
        if REPLACED.fullmatch(token.string)
    ]
    assert not found, "these words have another in docs/glossary.md"


@pytest.mark.parametrize("room", ROOMS)
def test_glossary_replaced_settings_stand_in_the_table_of_renamed_ones_alone(room: str) -> None:
    files = sorted(set((ROOT / room).rglob("*.py")) - {TABLE_OF_RENAMED_SETTINGS})
    assert not [path for path in files if "FINDING__" in path.read_text(encoding="utf-8")]


def _names(path: Path) -> list[tokenize.TokenInfo]:
    with path.open("rb") as file:
        return [token for token in tokenize.tokenize(file.readline) if token.type == tokenize.NAME]

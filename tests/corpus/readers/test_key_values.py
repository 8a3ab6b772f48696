from __future__ import annotations

import pytest

from corpus.readers.text_blocks import structure_of_text
from tests.corpus.readers.shapes import heads


@pytest.mark.parametrize(
    "text",
    [
        "Weight: 94 g\nHeight: 2 m\nMade in: Tarnby",
        "- **Weight**: 94 g\n- **Height**: 2 m\n- **Made in**: Tarnby",
        "Weight: 94 g  \nHeight: 2 m  \nMade in: Tarnby",
    ],
)
def test_key_values_are_rows_with_their_keys_as_heads(text: str) -> None:
    structured = structure_of_text(text, "text" if text.startswith("Weight: 94 g\n") else "markdown")
    assert heads(structured) == {"94 g": "Weight / ", "2 m": "Height / ", "Tarnby": "Made in / "}
    assert "Weight: 94 g" in structured.text


@pytest.mark.parametrize(
    "text",
    [
        "Weight: 94 g\nHeight: 2 m",
        "Weight: 94 g\nWeight: 95 g\nWeight: 96 g",
        "First: it rained.\nSecond: it snowed.\nThird: the sun came out.",
        "Who won: Ann?\nWhere: here?\nWhen: now?",
        "10:15 a\n10:20 b\n10:25 c",
    ],
)
def test_key_values_are_not_seen_in_other_lines(text: str) -> None:
    assert heads(structure_of_text(text, "text")) == {}

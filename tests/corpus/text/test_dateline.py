from __future__ import annotations

import pytest

from corpus.text.dateline import dateline_of


@pytest.mark.parametrize(
    ("paragraph", "dateline"),
    [
        ("PORT MARLOW, March 4 (Agency) - The crane failed on Monday.", "PORT MARLOW, March 4"),
        ("TURKU, Finland, Oct. 3, 2025 — The ship left.", "TURKU, Finland, Oct. 3, 2025"),
        ("LONDON (Net News) – Shares fell.", "LONDON"),
        ("ST. JOHN'S -- The senate voted.", "ST. JOHN'S"),
        ("The mayor - a baker - spoke.", None),
        ("COVID-19 - what we know", None),
        ("LONDON is calm.", None),
        ("", None),
    ],
)
def test_dateline_is_a_place_in_capitals_before_a_dash(paragraph: str, dateline: str | None) -> None:
    text = f"Above.\n\n{paragraph}"
    found = dateline_of(text, 8, len(text))
    assert (text[slice(*found)] if found else None) == dateline

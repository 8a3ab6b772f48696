"""Sentences that lean on the one before them."""

from __future__ import annotations

import pytest

from assistant.writing.context import leans_on_what_stands_before


@pytest.mark.parametrize(
    ("sentence", "leans"),
    [
        ("She found rust in the cables.", True),
        ("However, she found rust in the cables.", True),
        ("In the cables she found rust.", True),
        ("After the vote, her lawyer left.", True),
        ("On Monday the mayor said he would resign.", False),
        ("So the state pays half of it.", False),
        ("In May the council decided that it would pay.", False),
        ("Ann Lee said she found rust.", False),
    ],
)
def test_leans_on_what_stands_before_knows_who_is_named_where(sentence: str, leans: bool) -> None:
    assert leans_on_what_stands_before(sentence) is leans

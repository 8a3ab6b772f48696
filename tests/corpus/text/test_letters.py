"""Letters that are compared as one: traditional and simplified ones of Chinese, wide digits."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.text.letters import as_matched, simplified


@pytest.mark.parametrize(
    ("traditional", "expected"),
    [
        ("半導體與人工智慧的發展", "半导体与人工智慧的发展"),
        ("臺灣、台灣和羣眾", "台湾、台湾和群众"),
        ("已经简化的字", "已经简化的字"),
        ("no Chinese", "no Chinese"),
    ],
)
def test_simplified_replaces_each_traditional_letter(traditional: str, expected: str) -> None:
    assert simplified(traditional) == expected


def test_as_matched_has_one_form_of_each_letter() -> None:
    assert as_matched("２０２６年有３．５％的İ與\N{KELVIN SIGN}") == "2026年有3.5%的i与k"


@given(st.text())
def test_as_matched_keeps_places_and_changes_nothing_twice(text: str) -> None:
    matched = as_matched(text)
    assert len(matched) == len(text)
    assert as_matched(matched) == matched

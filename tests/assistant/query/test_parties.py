import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.query.parties import parties_in, party_mentions


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Beijing said no.", {"China"}),
        ("The White House and the U.S. agree.", {"the US"}),
        ("Give us turkey", set()),
        ("what does the us think", {"the US"}),
        ("US chips for Chinese firms", {"the US", "China"}),
        ("The UN met in New Delhi", {"the UN", "India"}),
        ("İran, ıran and \N{KELVIN SIGN}remlin ſay", {"Iran", "Russia"}),
        ("Chinatown and Russianness", set()),
    ],
)
def test_a_side_is_known_by_all_its_names(text: str, expected: set[str]) -> None:
    assert parties_in(text) == expected


def test_a_mention_includes_its_the() -> None:
    text = "between China and the US"
    assert [text[start:end] for start, end, _ in party_mentions(text)] == ["China", "the US"]


@given(st.text(string.printable + "İıſ\N{KELVIN SIGN}"), st.sampled_from(["İran", "tokyo", "SPAİN", "ruſſia"]))
def test_any_letters_may_stand_where_sides_are_looked_for(text: str, party: str) -> None:
    assert parties_in(f"{text} {party}") >= parties_in(party) != frozenset()

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from corpus.text.canonical import canonical_text, one_line

ANY_UNICODE = st.text(st.characters(exclude_categories=()))
TROUBLE = st.text(st.sampled_from("a e\u0301\u0327\u0344\u1100\u1161\n\r\t\v\x00\x85\u2028\u2029\ud800\udfff\ufeff"))


@pytest.mark.parametrize(
    ("raw", "canonical"),
    [
        ("one\r\ntwo\rthree\nfour", "one\ntwo\nthree\nfour"),
        ("one\u2028two\u2029three\x85four", "one\ntwo\nthree\nfour"),
        ("page\fpage", "page\npage"),
        ("col\tcol", "col\tcol"),
        ("nul\x00 bell\x07 del\x7f c1\x9f", "nul bell del c1"),
        ("half\ud83d", "half\ufffd"),
        ("cafe\u0301", "café"),
        ("one\r\x00\ntwo", "one\ntwo"),
        ("  kept \n\n as it is  ", "  kept \n\n as it is  "),
    ],
)
def test_canonical_text_text_is_brought_into_its_one_form(raw: str, canonical: str) -> None:
    assert canonical_text(raw) == canonical


@given(ANY_UNICODE | TROUBLE)
@example("a" + "\u0344" * 40)
def test_canonical_text_of_any_unicode_is_nfc_without_controls_and_can_be_stored(raw: str) -> None:
    text = canonical_text(raw)
    assert unicodedata.is_normalized("NFC", text)
    assert all(character in "\n\t" or unicodedata.category(character) not in ("Cc", "Cs") for character in text)
    assert text.encode("utf-8").decode("utf-8") == text


@given(ANY_UNICODE | TROUBLE)
@example("a" + "\u0344" * 40)
def test_canonical_text_stays_as_it_is(raw: str) -> None:
    text = canonical_text(raw)
    assert canonical_text(text) == text


def test_canonical_text_a_letter_keeps_thirty_marks_of_a_million() -> None:
    assert len(canonical_text("x" + "\u0301\u0327" * 500_000 + "y")) == len("x" + 30 * "m" + "y")


def test_canonical_text_marks_beyond_the_basic_plane_are_cut_among_other_characters_from_there() -> None:
    assert canonical_text("😀x" + "\U00010376" * 50 + "😀") == "😀x" + "\U00010376" * 30 + "😀"


@given(ANY_UNICODE, st.integers(1, 50))
def test_canonical_text_one_line_is_one_bounded_line(raw: str, max_chars: int) -> None:
    line = one_line(raw, max_chars)
    assert len(line) <= max_chars
    assert line == canonical_text(line) == " ".join(line.split())


def test_canonical_text_a_line_that_is_cut_says_so() -> None:
    assert one_line("  a plan \n for  the harbour ", 10) == "a plan fo…"

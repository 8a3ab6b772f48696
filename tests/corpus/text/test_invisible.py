from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.text.invisible import with_few_marks, without_hidden


@pytest.mark.parametrize(
    ("written", "seen"),
    [
        ("a\u200bb\u2060c\ufeffd\u3164e", "abcde"),
        ("abc\u202etxt.exe\u2066", "abctxt.exe"),
        ("hidden\U000e0068\U000e0069", "hidden"),
        ("x\ufe0f\ufe01\ufe02", "x\ufe0f"),
        ("pay\u200dpal", "paypal"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("क्\u200dष", "क्\u200dष"),
        ("👩\u200d👩\u200d👧 ❤\ufe0f", "👩\u200d👩\u200d👧 ❤\ufe0f"),
        ("葛\U000e0100飾", "葛\U000e0100飾"),
        ("Ny\u00adholm \u200fשלום\u200f", "Ny\u00adholm \u200fשלום\u200f"),
    ],
)
def test_without_hidden_keeps_what_a_script_needs(written: str, seen: str) -> None:
    assert without_hidden(written) == seen


@given(st.text())
def test_without_hidden_finds_nothing_the_second_time(text: str) -> None:
    assert without_hidden(without_hidden(text)) == without_hidden(text)


def test_with_few_marks_takes_towers_down_and_leaves_writing() -> None:
    assert with_few_marks("a" + "\u0301" * 30 + "b") == "a" + "\u0301" * 6 + "b"
    assert with_few_marks("שָׁלוֹם ทั้งนี้ Việt") == "שָׁלוֹם ทั้งนี้ Việt"

from __future__ import annotations

import re
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.evaluation.text import tokens


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The Premier's plan, a roadmap.", ["premiers", "plan", "roadmap"]),
        ("an answer AND the other", ["answer", "and", "other"]),
        ("theatre", ["theatre"]),
        ("US$3.50", ["us350"]),
        ("“Quoted” – yes…", ["quoted", "yes"]),
        ("it’s", ["its"]),
        ("cafe\u0301", ["café"]),
        ("上海。", ["上海"]),
        ("\u200fشنغهاي؟", ["\u200fشنغهاي"]),
        ("the", []),
        ("", []),
    ],
)
def test_text_case_punctuation_and_articles_do_not_count(text: str, expected: list[str]) -> None:
    assert tokens(text) == expected


def squad_normalize_answer(text: str) -> list[str]:
    """What the SQuAD 1.1 paper's evaluation describes, spelt out step by step."""
    lower = text.lower()
    without_punctuation = "".join(character for character in lower if character not in set(string.punctuation))
    without_articles = re.sub(r"\b(a|an|the)\b", " ", without_punctuation)
    return without_articles.split()


@given(st.text(alphabet=string.printable))
def test_text_ascii_text_is_normalised_as_squad_does(text: str) -> None:
    assert tokens(text) == squad_normalize_answer(text)


@given(st.text())
def test_text_any_text_has_tokens_that_stay_what_they_are(text: str) -> None:
    once = tokens(text)
    assert all(once)
    assert all(token == token.strip() for token in once)

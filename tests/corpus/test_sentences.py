import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.canonical import canonical_text
from corpus.sentences import sentence_spans


def sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in sentence_spans(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One came. Two left.", ["One came.", "Two left."]),
        ("The U.S. plan of Jan. 5 is new. It works.", ["The U.S. plan of Jan. 5 is new.", "It works."]),
        ("It cost $3.5m in 2025. Why?", ["It cost $3.5m in 2025.", "Why?"]),
        ("😀 happened. 中国说了。好。", ["😀 happened.", "中国说了。", "好。"]),
        ("", []),
        (" \n\t\n ", []),
    ],
)
def test_sentences_end_where_a_reader_would_end_them(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected


def test_a_heading_on_its_own_line_is_not_the_start_of_the_next_sentence() -> None:
    body = "Two states have unveiled plans, and they differ in most of what matters to those who follow them."
    text = f"Two plans unveiled\n{body} {body}"
    assert sentences(text)[0] == "Two plans unveiled"


def test_a_hard_wrapped_sentence_is_one_sentence() -> None:
    text = (
        "The minister said that the programme which had been announced\n"
        "in spring would not begin before the autumn of the coming year.\n"
        "Nobody was surprised."
    )
    assert sentences(text)[0].endswith("coming year.")
    assert len(sentences(text)) == 2


@given(st.text(max_size=400))
def test_every_visible_character_lies_in_exactly_one_sentence(raw: str) -> None:
    text = canonical_text(raw)
    spans = sentence_spans(text)
    covered = [place for start, end in spans for place in range(start, end)]
    assert covered == sorted(set(covered))
    assert all(place in set(covered) for place, character in enumerate(text) if not character.isspace())


@given(st.text(max_size=400))
def test_sentences_have_no_white_space_around_them(raw: str) -> None:
    text = canonical_text(raw)
    assert all(text[start:end] == text[start:end].strip() != "" for start, end in sentence_spans(text))

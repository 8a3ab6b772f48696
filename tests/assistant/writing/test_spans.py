"""Spans that a model names by their first and last words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.writing.spans import find_span
from corpus.text.sentences import sentence_spans
from tests.assistant.evidence import make_article, make_evidence

TEXT = (
    "The council’s engineer said: “We will close\nthe bridge on 3 May – not later.” "
    "The repair may cost 12 million crowns, half of it paid by the state. Nobody was hurt."
)
ARTICLE = make_article(TEXT, "bridge")
LINES = [make_evidence(TEXT[start:end], ARTICLE) for start, end in sentence_spans(TEXT)]


@pytest.mark.parametrize(
    ("begins", "ends", "found"),
    [
        ("We will close", "not later", "We will close\nthe bridge on 3 May – not later.”"),
        ('"we will CLOSE', '3 May - not later."', "We will close\nthe bridge on 3 May – not later.”"),
        ("The council's engineer", "said", "The council’s engineer said"),
        ("the repair may", "million crowns", "The repair may cost 12 million crowns"),
        ("half of it", "by the state.", "half of it paid by the state."),
        ("not later", "The repair may", "not later.” The repair may"),
        ("Nobody was hurt", "Nobody was hurt", "Nobody was hurt."),
        ("...the repair may cost", "12 million crowns...", "The repair may cost 12 million crowns"),
    ],
)
def test_find_span_is_exact_whatever_marks_and_spaces_a_model_writes(begins: str, ends: str, found: str) -> None:
    span = find_span(begins, ends, LINES)
    assert span
    assert span.evidence.text == found
    assert all(line.overlaps(span.evidence) for line in span.lines)


@pytest.mark.parametrize(
    ("begins", "ends"),
    [
        ("", ""),
        ("The repair may", ""),
        ("The repair could", "million crowns"),
        ("million crowns", "The repair may"),
        ("crow", "state"),
        ("hurt", "hurt"),
        ("...", "."),
    ],
)
def test_find_span_of_words_that_are_not_there_is_none(begins: str, ends: str) -> None:
    assert find_span(begins, ends, LINES) is None


def test_find_span_stays_within_what_was_shown() -> None:
    without = [line for line in LINES if "repair" not in line.text]
    assert find_span("We will close", "Nobody was hurt", without) is None
    assert find_span("The repair may", "million crowns", without) is None


def test_find_span_is_the_shortest_one() -> None:
    article = make_article("He said yes to all, and he said yes to nothing new.", "yes")
    span = find_span("said yes to", "new", [make_evidence(article.text, article)])
    assert span
    assert span.evidence.text == "said yes to nothing new."


@pytest.mark.parametrize(
    ("text", "begins", "ends"),
    [
        ("Officials denied that the bridge will close in May.", "the bridge will", "in May"),
        ("It isn’t true that the bridge will close in May.", "the bridge will", "in May"),
        ("The bridge will close in May, which nobody wants.", "The bridge will", "in May"),
        ("The claim that the bridge will close is false.", "the bridge will", "will close"),
    ],
)
def test_find_span_hides_no_denial(text: str, begins: str, ends: str) -> None:
    article = make_article(f"Nobody was hurt. {text} It will not rain.", "denied")
    lines = [make_evidence(article.text[start:end], article) for start, end in sentence_spans(article.text)]
    span = find_span(begins, ends, lines)
    assert span
    assert text.startswith(span.evidence.text) or text.endswith(span.evidence.text)
    assert any(word in span.evidence.text for word in ("denied", "isn’t", "nobody", "false"))


@given(begins=st.text(max_size=30), ends=st.text(max_size=30))
def test_find_span_of_any_words_is_the_articles_own_text_or_none(begins: str, ends: str) -> None:
    span = find_span(begins, ends, LINES)
    assert span is None or LINES[0].start <= span.evidence.start < span.evidence.end <= LINES[-1].end

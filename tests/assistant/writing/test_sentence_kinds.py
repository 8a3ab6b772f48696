"""Kinds of a language model's sentences, by their form."""

from __future__ import annotations

import pytest

from assistant.writing.sentence_kinds import FACT, Kind, SentenceKind, kind_of

QUESTION = "Why does the bridge of Varnholm have to be repaired, and who made its cables?"


@pytest.mark.parametrize(
    ("sentence", "missing"),
    [
        ("The articles do not say.", ""),
        ("The articles do not say who made the cables.", "who made the cables"),
        ("The provided sources don't mention the price of the cables.", "the price of the cables"),
    ],
)
def test_kind_of_what_says_that_something_is_not_told(sentence: str, missing: str) -> None:
    assert kind_of(sentence, QUESTION) == Kind(SentenceKind.NOT_FOUND, missing)


@pytest.mark.parametrize(
    "sentence",
    [
        "Here is what the articles say about the bridge of Varnholm:",
        "The sources give several reasons.",
        "Here are the main points:",
    ],
)
def test_kind_of_what_only_leads_to_others(sentence: str) -> None:
    assert kind_of(sentence, QUESTION) == Kind(SentenceKind.CONNECTING)


@pytest.mark.parametrize(
    "sentence",
    ["The articles do not mention the mayor's crimes.", "Here is what the articles say about the mayor's crimes."],
)
def test_kind_of_what_says_more_than_was_asked_under_cover_of_its_form_is_none(sentence: str) -> None:
    assert kind_of(sentence, QUESTION) is None


@pytest.mark.parametrize(
    "sentence",
    ["Salt ate the cables.", "The sources give several reasons, and all are lies.", "The report does not say why.", ""],
)
def test_kind_of_all_else_is_a_fact(sentence: str) -> None:
    assert kind_of(sentence, QUESTION) is FACT

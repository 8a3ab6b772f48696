from __future__ import annotations

from datetime import date

import pytest

from assistant.conversation.introduction import introduction
from assistant.frame.frame import frame_in
from corpus.article import Coverage

FIRST, LAST = date(2025, 7, 23), date(2025, 8, 2)


@pytest.mark.parametrize(
    ("covered", "said"),
    [
        (Coverage(1, (), None, None, None), "I answer questions from 1 article."),
        (Coverage(2, ("A",), FIRST, FIRST, None), "I answer questions from 2 articles by A, published on 2025-07-23."),
        (
            Coverage(1234, ("A", "B", "C", "D", "E"), FIRST, LAST, None),
            "I answer questions from 1,234 articles by A, B, C and 2 other publishers, "
            "published between 2025-07-23 and 2025-08-02.",
        ),
        (Coverage(3, ("A", "B"), None, None, None), "I answer questions from 3 articles by A and B."),
    ],
)
def test_introduction_counts_names_and_dates_are_told_as_far_as_they_are_known(covered: Coverage, said: str) -> None:
    assert introduction(covered).startswith(said + " Every sentence")


def test_introduction_an_article_is_given_as_an_example() -> None:
    assert "“Chips for all”" in introduction(Coverage(1, (), None, None, "Chips\nfor  all"))


def test_introduction_a_long_title_is_cut() -> None:
    assert len(introduction(Coverage(1, ("p" * 5_000,), None, None, "t" * 5_000))) < 500


@pytest.mark.parametrize(
    ("tag", "said"),
    [
        ("de", "Ich beantworte Fragen aus 2 Artikeln von A und B, erschienen am 2025-07-23."),
        ("zh", "我根据A和B的2篇文章（发表于2025-07-23）回答问题。"),
        ("ja", "A、Bの2件の記事（2025-07-23公開）をもとに質問に答えます。"),
    ],
)
def test_introduction_is_told_in_the_language_of_the_question(tag: str, said: str) -> None:
    assert introduction(Coverage(2, ("A", "B"), FIRST, FIRST, None), frame_in(tag)).startswith(said)

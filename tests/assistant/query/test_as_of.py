from __future__ import annotations

from datetime import date

import pytest

from assistant.query.as_of import as_of


@pytest.mark.parametrize(
    ("question", "day"),
    [
        ("What was the duty at the end of February 2025?", date(2025, 2, 28)),
        ("By the end of 2025, how many had signed?", date(2025, 12, 31)),
        ("As of 5 May 2024, who led the board?", date(2024, 5, 5)),
        ("How many had come up to 3 June 2023?", date(2023, 6, 3)),
        ("How many miners had died by August 2006?", date(2006, 8, 31)),
    ],
)
def test_as_of_is_the_last_day_that_counts(question: str, day: date) -> None:
    assert as_of(question) == day


@pytest.mark.parametrize(
    "question",
    [
        "What happened in May 2024?",
        "What is to open by June 2025?",
        "As of when?",
        "Who led as of 31 February 2024?",
        "",
    ],
)
def test_as_of_is_none_where_no_such_day_is_named(question: str) -> None:
    assert as_of(question) is None


@pytest.mark.parametrize(
    ("question", "day"),
    [
        ("截至2025年3月，有多少人失业？", date(2025, 3, 31)),
        ("截至二〇二五年三月二十三日情况如何？", date(2025, 3, 23)),
        ("到2025年12月为止签了几份协议？", date(2025, 12, 31)),
        ("2025年3月发生了什么？", None),
    ],
)
def test_as_of_a_question_in_chinese(question: str, day: date | None) -> None:
    assert as_of(question) == day

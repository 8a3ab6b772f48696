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

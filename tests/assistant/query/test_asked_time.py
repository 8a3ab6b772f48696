from __future__ import annotations

from datetime import date

import pytest

from assistant.query.asked_time import Time, asked_time, times_told


@pytest.mark.parametrize(
    ("question", "first", "last"),
    [
        ("What was agreed in May 2024?", date(2024, 5, 1), date(2024, 5, 31)),
        ("Who signed on 19 December 2025?", date(2025, 12, 19), date(2025, 12, 19)),
        ("What did the 2023 plan cost?", date(2023, 1, 1), date(2023, 12, 31)),
        ("What changed between February 2025 and June 2025?", date(2025, 2, 1), date(2025, 6, 30)),
        ("What has been built since April 2026?", date(2026, 4, 1), date.max),
        ("What is to open by the June 2027 fair?", date.min, date(2027, 6, 30)),
        ("2024年5月签署了什么？", date(2024, 5, 1), date(2024, 5, 31)),
        ("2025年以来建了多少座桥？", date(2025, 1, 1), date.max),
        ("2027年6月までに何が開く？", date.min, date(2027, 6, 30)),
    ],
)
def test_asked_time_is_that_of_the_dates_in_the_question(question: str, first: date, last: date) -> None:
    assert asked_time(question) == Time(first, last)


@pytest.mark.parametrize("question", ["Who signed in May?", "Who signed?", "Who signed on 31 February 2024?", ""])
def test_asked_time_is_none_without_a_date_that_has_a_year(question: str) -> None:
    assert asked_time(question) is None


def test_times_told_are_days_months_and_years() -> None:
    assert times_told("Opened on 3 May 2024, closed in 2025, as in June.") == (
        Time(date(2024, 5, 3), date(2024, 5, 3)),
        Time(date(2025, 1, 1), date(2025, 12, 31)),
    )

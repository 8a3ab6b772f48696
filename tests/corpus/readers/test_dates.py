from __future__ import annotations

from contextlib import suppress
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.readers.dates import DoubtfulDate, publication_date

NOW = datetime(2025, 8, 1, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "written",
    [
        "2025-07-26",
        " 2025-07-26 ",
        "20250726",
        "2025-07-26T23:59:59Z",
        "2025-07-26 10:00:00 +0000",
        "2025/07/26",
        "2025.07.26",
        "26 July 2025",
        "26th July 2025",
        "July 26, 2025",
        "Jul 26 2025",
        "Saturday, July 26, 2025",
        "Sat, 26 Jul 2025 10:00:00 GMT",
        "26/07/2025",
        "07/26/2025",
        "26.07.2025",
        "July 26, 2025, 11:30 pm EDT",
    ],
)
def test_dates_an_iso_or_unambiguous_date_is_read(written: str) -> None:
    assert publication_date(written, NOW) == date(2025, 7, 26)


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2025-07-26T23:30:00-04:00", date(2025, 7, 27)),
        ("2025-07-26T01:00:00+08:00", date(2025, 7, 25)),
        ("Sat, 26 Jul 2025 23:30:00 -0400", date(2025, 7, 27)),
    ],
)
def test_dates_a_time_with_a_zone_counts_in_utc(written: str, day: date) -> None:
    assert publication_date(written, NOW) == day


@pytest.mark.parametrize("written", ["2025-W30-6", "2025W306"])
def test_dates_a_day_of_a_week_of_the_year_is_a_date(written: str) -> None:
    assert publication_date(written, NOW) == date(2025, 7, 26)


def test_dates_a_year_first_date_is_never_ambiguous() -> None:
    assert publication_date("2025/03/04", NOW) == date(2025, 3, 4)


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("03/04/2025", "more than one way"),
        ("03.04.2025", "more than one way"),
        ("26/07/25", "more than one way"),
        ("July 2025", "lacks"),
        ("2025", "lacks"),
        ("2025-07", "lacks"),
        ("July 26", "lacks"),
        ("Monday", "lacks"),
        ("12:30", "lacks"),
        ("yesterday", "not a date"),
        ("2025-13-45", "not a date"),
        ("2025-02-30", "not a date"),
        ("soon", "not a date"),
        ("26s /9999999999999999999999999999999999999999h", "not a date"),
        ("2025-W30", "names a week"),
        ("2025W30", "names a week"),
        ("", "not a date"),
        ("1" * 5000, "too long"),
        ("0001-01-01T00:00:00+14:00", "not a date"),
        ("2025-08-03", "future"),
        ("2999-01-01", "future"),
        ("1 January 2999", "future"),
    ],
)
def test_dates_a_doubtful_date_is_refused_with_the_reason(written: str, why: str) -> None:
    with pytest.raises(DoubtfulDate, match=why):
        publication_date(written, NOW)


def test_dates_tomorrow_is_not_the_future_where_it_has_begun() -> None:
    assert publication_date("2025-08-02", NOW) == date(2025, 8, 2)


@given(st.dates(date(1000, 1, 1), NOW.date()))
def test_dates_every_iso_date_of_the_past_is_read(day: date) -> None:
    assert publication_date(day.isoformat(), NOW) == day


@given(st.text())
def test_dates_any_text_is_either_a_date_or_refused(written: str) -> None:
    with suppress(DoubtfulDate):
        assert isinstance(publication_date(written, NOW), date)

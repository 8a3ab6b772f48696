from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.text.relative_dates import relative_dates, with_dates

WEDNESDAY = date(2019, 9, 18)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("The crown was stolen on Saturday.", ["14 September 2019"]),
        ("On Wednesday, police arrested a man.", ["18 September 2019"]),
        ("Last Wednesday it rained.", ["11 September 2019"]),
        ("Yesterday it snowed, today it thaws.", ["17 September 2019", "18 September 2019"]),
        ("Prices rose last month and this year.", ["August 2019", "2019"]),
        ("She left last December.", ["December 2018"]),
        ("The fair opens next May.", ["May 2020"]),
        # Which Friday is meant here, only a calendar of events knows.
        ("He will speak on Friday.", []),
        ("They are to meet next Monday.", []),
        ("It was signed on Saturday, 14 September 2019.", []),
        ("On Saturday, September 14, it was signed.", []),
        ("Shops are closed on Sundays.", []),
        ("Tuesday's vote was close.", []),
    ],
)
def test_relative_dates_are_counted_from_the_day_of_publication(text: str, meant: list[str]) -> None:
    assert [found.date for found in relative_dates(text, WEDNESDAY)] == meant


def test_with_dates_puts_each_behind_the_words_that_mean_it() -> None:
    assert with_dates("It rose on Monday and fell today.", WEDNESDAY) == (
        "It rose on Monday (16 September 2019) and fell today (18 September 2019)."
    )
    assert with_dates("It rose on Monday.", None) == "It rose on Monday."


@given(st.lists(st.sampled_from("today tomorrow last next this year month monday may will , 's é".split())), st.dates())
def test_with_dates_only_adds_to_a_text(words: list[str], published: date) -> None:
    text = " ".join(words)
    found = list(relative_dates(text, published))
    shown = with_dates(text, published)
    for one in found:
        shown = shown.replace(f" ({one.date})", "", 1)
    assert shown == text

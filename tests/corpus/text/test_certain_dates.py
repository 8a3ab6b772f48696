from __future__ import annotations

from datetime import date

import pytest

from corpus.text.relative_dates import certain_dates

WEDNESDAY = date(2025, 5, 7)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("The bridge closed on Monday.", "5 May 2025"),
        ("It was sold on Monday for 3 euros.", "5 May 2025"),
        ("On Monday ministers met.", "5 May 2025"),
        ("The court on Monday rejected it.", "5 May 2025"),
        ("The mayor resigned yesterday.", "6 May 2025"),
        ("Yesterday the mayor resigned.", "6 May 2025"),
        ("Prices fell last year.", "2024"),
        ("Last May it rained.", "May 2024"),
    ],
)
def test_certain_dates_are_those_of_what_has_happened(text: str, said: str) -> None:
    assert [found.date for found in certain_dates(text, WEDNESDAY)] == [said]


@pytest.mark.parametrize(
    "text",
    [
        "The Sunday Times reported it.",
        "Black Friday sales rose.",
        "Sheffield Wednesday won.",
        "Tomorrow Never Dies is a film.",
        "She reads USA Today.",
        "He sang Yesterday on stage.",
        "Every Friday they pray.",
        "The trial opens on Monday.",
        "Ministers agreed to meet on Thursday.",
        "They will meet on Monday.",
        "He said the trial opens on Monday.",
        "In 2019 he told the court that on Monday he had slept.",
    ],
)
def test_certain_dates_are_none_of_names_of_what_recurs_of_what_is_to_come_and_of_other_years(text: str) -> None:
    assert list(certain_dates(text, WEDNESDAY)) == []

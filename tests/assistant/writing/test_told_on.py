from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from assistant.writing.told_on import dates_meant, told_on
from tests.assistant.evidence import make_article, make_evidence

SPEECH = "Remarks by Mayor Ann Lee on the Ferry"
REPORT = "Mayor Ann Lee Buys a Ferry"


@pytest.mark.parametrize(
    ("title", "text", "day", "meant"),
    [
        (SPEECH, "Date: September 18, 2018\n\n“We buy it today.”", date(2018, 9, 18), ["18 September 2018"]),
        (f"{SPEECH}, 18 September 2018", "“We buy it today.”", date(2018, 9, 18), ["18 September 2018"]),
        (f"{SPEECH} of 4 May 1990", "We buy it today.", date(2018, 9, 21), ["21 September 2018"]),
        (SPEECH, "“We buy it today.”", date(2018, 9, 21), []),
        (REPORT, "Date: September 18, 2018\n\n“We buy it today,” she said.", date(2018, 9, 21), []),
        (REPORT, "The town bought a “ferry” today.", date(2018, 9, 21), ["21 September 2018"]),
    ],
)
def test_told_on_of_a_speech_is_its_day_and_of_other_quotations_unknown(
    title: str, text: str, day: date, meant: list[str]
) -> None:
    article = replace(make_article(text, "ferry", title), published=date(2018, 9, 21))
    item = make_evidence(text.split("\n")[-1], article)

    assert told_on(item) == day
    assert [found.date for found in dates_meant(item)] == meant

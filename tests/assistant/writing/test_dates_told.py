from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from assistant.writing.dates_told import date_told
from tests.assistant.evidence import make_article, make_evidence


@pytest.mark.parametrize(
    ("sentence", "label"),
    [
        ("The king has pardoned Odd Vik, 57, who shot the ferryman, Per Dahl, in 1978.", None),
        ("The king pardoned Odd Vik, who shot a man in 1978, on 4 March 2019.", "4 March 2019"),
        ("The man who left in 1978 was seen again in 1980.", "1980"),
        ("The ferry, which sank on May 5, 1990, was raised in 2001.", "2001"),
        ("They mourn the strike that began in 1987.", None),
        ("She said that the mill closed in 2015.", "2015"),
        ("The mill, built in 1900, burned down in 1950.", "1950"),
        ("Convicted in 1978, Odd Vik has asked for mercy.", None),
        ("Arrested on 30 April 2019.", "30 April 2019"),
        ("Born on 2 January 1944, he is the eldest son.", "2 January 1944"),
        ("The board met in 2018 and heard Vik, who was jailed in 1978.", "2018"),
    ],
)
def test_date_told_is_that_of_the_main_event(sentence: str, label: str | None) -> None:
    article = replace(make_article(sentence, "vik"), published=date(2019, 3, 5))
    told = date_told(make_evidence(sentence, article, 0.9))

    assert (told.label if told else None) == label

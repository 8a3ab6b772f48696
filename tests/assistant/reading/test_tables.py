from __future__ import annotations

import pytest

from assistant.reading.tables import AskedFor, cells_asked_for
from corpus.article import Article
from corpus.block import BlockKind
from corpus.text.analysis import content_terms
from corpus.units import units_of
from tests.assistant.structured import structured_article

MEDALS = structured_article(
    "|Isle|Gold|Silver|Share|\n|-|-|-|-|\n|Arholm|9|1,204|41.2 %|\n|Corvo|3|14|1.077,5|\n|Dunsay|11|987|−2|"
)
QUARTERS = structured_article("|Year|Q1|Q2|\n|-|-|-|\n|2023|31|28|\n|2024|40|44|")
TWO = structured_article(
    "# Weekdays\n\n|Stop|First|Last|\n|-|-|-|\n|Quay|5:12|23:54|\n\n"
    "# Sundays\n\n|Stop|First|Last|\n|-|-|-|\n|Quay|8:19|21:24|"
)
GROUPS = structured_article(
    "<table><tr><th>Item<th>2025<th>2026<tr><th colspan=3>Income<tr><td>Fees<td>8<td>9"
    "<tr><th colspan=3>Spending<tr><td>Roads<td>14<td>19</table>",
    "html",
)


def asked_for(article: Article, question: str) -> dict[str, AskedFor | None]:
    """What is asked for of each row, by the row's text."""
    weights = dict.fromkeys(content_terms(question), 1.0)
    rows = [unit for unit in units_of(article) if unit.kind is BlockKind.ROW]
    return {article.text[row.start : row.end]: cells_asked_for(question, weights, article, row) for row in rows}


def cells(article: Article, question: str) -> list[str]:
    found = [one for one in asked_for(article, question).values() if one]
    return [article.text[cell.start : cell.end] for one in found for cell in one.cells]


@pytest.mark.parametrize(
    ("article", "question", "expected"),
    [
        (MEDALS, "How many gold medals did Corvo win?", ["3"]),
        (MEDALS, "What did Corvo win?", ["3", "14", "1.077,5"]),
        (MEDALS, "Which isle won the most gold?", ["11"]),
        (MEDALS, "Which isle won the fewest gold?", ["3"]),
        (MEDALS, "Which isle won the most silver?", ["1,204"]),
        (MEDALS, "Which isle has the greatest share?", ["1.077,5"]),
        (MEDALS, "Which isle has the smallest share?", ["−2"]),
        (MEDALS, "Which of its medals did Arholm win most?", ["1,204"]),
        (QUARTERS, "How much in the second quarter of 2024?", ["44"]),
        (QUARTERS, "How much in 2023?", ["31", "28"]),
        (TWO, "When is the last train from the Quay on Sundays?", ["21:24"]),
        (TWO, "When is the first train from the Quay on weekdays?", ["5:12"]),
        (TWO, "When is the last train from the Quay?", ["23:54", "21:24"]),
        (GROUPS, "How much for roads in 2026?", ["19"]),
        (GROUPS, "How much of the spending was in 2025?", ["14"]),
    ],
)
def test_tables_the_cells_asked_for_are_those_whose_heads_are_named(
    article: Article, question: str, expected: list[str]
) -> None:
    assert cells(article, question) == expected


def test_tables_how_high_asks_for_the_height() -> None:
    towers = structured_article(
        "|Tower|Built|Height|Range|\n|-|-|-|-|\n|Ledge|1904|22 m|15 nmi|\n|Stack|1871|34 m|19 nmi|\n"
    )
    found = asked_for(towers, "How high is the tower on the Ledge?")

    assert [[towers.text[cell.start : cell.end] for cell in one.cells] for one in found.values() if one] == [
        ["22 m"],
        [],
    ]


@pytest.mark.parametrize("question", ["How is the weather?", "What is gold?"])
def test_tables_decide_nothing_when_no_row_is_named(question: str) -> None:
    assert set(asked_for(MEDALS, question).values()) == {None}


def test_tables_the_head_that_tells_the_greatest_from_the_others_answers() -> None:
    (one,) = [found for found in asked_for(MEDALS, "Which isle won the most gold?").values() if found and found.cells]
    assert one.head is not None
    assert MEDALS.text[slice(*one.head)] == "Dunsay"


def test_tables_the_head_of_the_column_answers_what_is_most_in_a_row() -> None:
    found = asked_for(QUARTERS, "In which quarter of 2024 was most sold?").values()
    (one,) = [asked for asked in found if asked and asked.cells]
    assert one.head is not None
    assert QUARTERS.text[slice(*one.head)] == "Q2"

from __future__ import annotations

import pytest

from corpus.readers.html_blocks import structure_of_html
from tests.corpus.readers.shapes import heads, shape


def table(*rows: str) -> str:
    """Rows of cells parted by strokes; `!` marks a head, `c2` and `r2` cells that cover two columns or rows."""
    return "<table>" + "".join(f"<tr>{''.join(map(cell, row.split('|')))}</tr>" for row in rows) + "</table>"


def cell(written: str) -> str:
    tag = "th" if written.startswith("!") else "td"
    text = written.removeprefix("!")
    spans = {"c": "colspan", "r": "rowspan"}
    attributes = ""
    while text[:1] in spans and text[1:2].isdigit():
        attributes += f" {spans[text[0]]}={text[1]}"
        text = text[2:]
    return f"<{tag}{attributes}>{text}</{tag}>"


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        pytest.param(
            ["!Isle|!Gold|!Silver", "Arholm|9|4", "Corvo|3|5"],
            {"9": "Arholm / Gold", "4": "Arholm / Silver", "3": "Corvo / Gold", "5": "Corvo / Silver"},
            id="one row of heads",
        ),
        pytest.param(
            ["!r2Isle|!c22024", "!May|!June", "Arholm|7|8"],
            {"7": "Arholm / 2024, May", "8": "Arholm / 2024, June"},
            id="two rows of heads",
        ),
        pytest.param(["!Bar|38 cm", "!Power|2 kW"], {"38 cm": "Bar / ", "2 kW": "Power / "}, id="heads of rows only"),
        pytest.param(["Monday|6 to 9", "Friday|8 to 9"], {"6 to 9": "Monday / ", "8 to 9": "Friday / "}, id="no heads"),
        pytest.param(
            ["Ticket|Price", "Adults|11", "Pupils|6"],
            {"11": "Adults / Price", "6": "Pupils / Price"},
            id="unmarked heads above numbers",
        ),
        pytest.param(
            ["Mill|2023|2024", "Upper|17|19"], {"17": "Upper / 2023", "19": "Upper / 2024"}, id="years are heads"
        ),
        pytest.param(
            ["!Day|!Class|!Start", "r2Sunday|Gaffers|9:30", "Yawls|10:15"],
            {"9:30": "Sunday, Gaffers / Start", "10:15": "Sunday, Yawls / Start"},
            id="a head that covers rows is not enough",
        ),
        pytest.param(
            ["!#|!Club|!Won", "1|Larks|21", "2|Otters|17", "2|Rovers|16"],
            {"21": "Larks / Won", "17": "Otters / Won", "16": "Rovers / Won"},
            id="numbered rows",
        ),
        pytest.param(
            ["!Item|!2025|!2026", "!c3Income", "Fees|870|905", "!c3Spending", "Roads|14|19"],
            {"870": "Income, Fees / 2025", "905": "Income, Fees / 2026", "19": "Spending, Roads / 2026"},
            id="groups that cover the row",
        ),
        pytest.param(
            ["!Light|!Built|!Height", "North||", "Gannet|1871|34 m"],
            {"1871": "North, Gannet / Built", "34 m": "North, Gannet / Height"},
            id="groups with nothing beside them",
        ),
        pytest.param(
            ["c3Medals", "!Isle|!Gold|!Tin", "Corvo|3|5"],
            {"3": "Corvo / Medals, Gold", "5": "Corvo / Medals, Tin"},
            id="a title above the heads",
        ),
        pytest.param(["!|!Old|!New", "Price|39|84"], {"39": "Price / Old", "84": "Price / New"}, id="no head of heads"),
        pytest.param(["!A|!B", "x|", "y|2"], {"2": "y / B"}, id="an empty cell"),
        pytest.param(["!A|!B|!C", "x|c21"], {"1": "x / B, C"}, id="a cell below two heads"),
    ],
)  # fmt: skip
def test_tables_every_cell_knows_its_heads(rows: list[str], expected: dict[str, str]) -> None:
    found = heads(structure_of_html(table(*rows)))
    assert {text: found.get(text) for text in expected} == expected


def test_tables_heads_are_marked_and_no_data() -> None:
    blocks = structure_of_html(table("!Isle|!Gold", "!c2North", "Arholm|9")).blocks
    assert [block.is_head for block in blocks] == [True, True, False]


def test_tables_rows_in_thead_are_heads_whatever_their_cells() -> None:
    html = "<table><thead><tr><td>Ship<td>Built 1990</thead><tbody><tr><td>Sigrun<td>yes</table>"
    assert heads(structure_of_html(html))["yes"] == "Sigrun / Built 1990"


@pytest.mark.parametrize(
    "html",
    [
        "<table><tr><td>only one row<td>b</table>",
        "<table><tr><td>only<tr><td>one column</table>",
        "<table><tr><td><h1>a</h1><td>b<tr><td>c<td>d</table>",
        "<table><tr><td><table><tr><td>a</table><td>b<tr><td>c<td>d</table>",
        f"<table><tr><td><p>{'long ' * 50}<p>b<td>c<tr><td>d<td>e</table>",
    ],
)
def test_tables_that_only_place_things_are_no_tables(html: str) -> None:
    assert {kind for kind, _ in shape(structure_of_html(html))} <= {"paragraph", "heading"}


def test_tables_cells_of_short_paragraphs_stay_cells() -> None:
    html = "<table><tr><td>Ann<td><p>five<p>six<tr><td>Bo<td>seven</table>"
    assert shape(structure_of_html(html)) == [("row", "Ann\tfive six"), ("row", "Bo\tseven")]


def test_tables_a_caption_stands_before_the_rows() -> None:
    html = "<table><caption>In tonnes</caption><tr><th>A<th>B<tr><td>x<td>1</table>"
    assert shape(structure_of_html(html))[0] == ("caption", "In tonnes")

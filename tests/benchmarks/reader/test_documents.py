from __future__ import annotations

from benchmarks.reader.documents import Document, Shelf, _article, document_examples, read_shelves
from benchmarks.reader.hard import NearMisses
from index.encoders.load import load_encoder

ROW = {
    "id": "x-01",
    "title": "The park",
    "published": "2024-05-03",
    "source": "Post",
    "text": "# The park\n\nThey forbid:\n\n- open **fires**\n- kites\n\n### Who pays?\n\nNobody pays.\n",
}
ASKED = {
    "q": "What does the park forbid?",
    "parts": [[["x-01", "open **fires**"]], [["x-01", "kites"]]],
    "short": "",
    "near": [["x-01", "Nobody pays."]],
}


def shelf(*questions: dict) -> Shelf:
    return Shelf({"x-01": Document(_article(ROW))}, questions)


def test_shelf_quoted_finds_the_unit_whatever_its_markup() -> None:
    one = shelf()
    ((_, number),) = one.quoted("x-01", "open **fires**")
    assert one.window(("x-01", number)).text == "open fires"
    assert one.quoted("x-01", "dogs") == []
    assert one.quoted("x-02", "kites") == []


def test_document_examples_read_units_as_the_product_does() -> None:
    fires, kites, *wrong = document_examples([shelf(ASKED)], NearMisses(load_encoder()))

    assert (fires.text, kites.text) == ("They forbid: open fires", "They forbid: kites")
    assert fires.answers
    assert kites.answers
    assert "The park, Friday 3 May 2024" in fires.context
    assert wrong[0].text == "Who pays? Nobody pays."
    assert not any(one.answers for one in wrong)


def test_document_examples_leave_out_what_cannot_be_placed() -> None:
    unplaced = {**ASKED, "parts": [[["x-01", "no such text"]]]}
    assert list(document_examples([shelf(unplaced)], NearMisses(load_encoder()))) == []


def test_read_shelves_places_nearly_all_quotes() -> None:
    shelves = read_shelves()
    asked = [(one, row) for one in shelves for row in one.questions]
    assert len(asked) == 1_675
    assert sum(one.answering(row) is None for one, row in asked) < 20

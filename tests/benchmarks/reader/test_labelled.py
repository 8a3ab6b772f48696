from __future__ import annotations

import gzip
import json

import pytest

from benchmarks.reader.labelled import LABELLED, Archive, key_of, labelled_examples, unit_key
from benchmarks.reader.news import LISTED
from benchmarks.reader.written import packed_rows

DREW = "Ida Brandt drew the bridge, and nobody helped her."
OPENED = "Jon Moe opened it to all on Monday."
ARTICLE = {
    "_id": "n001",
    "title": "Bridge of Aldermoor opened",
    "text": f"{DREW}\n{OPENED}",
    "metadata": {"published": "2024-05-03", "source": "Post"},
}
ASKED = {
    "q": "Who designed the bridge?",
    "kind": "fact",
    "writer": "v1",
    "right": [["n001", unit_key(DREW), "Ida Brandt"]],
    "wrong": [["n001", unit_key(OPENED)], ["n001", unit_key("Nobody wrote this.")], ["n002", unit_key(OPENED)]],
}


@pytest.fixture
def archive(tmp_path) -> Archive:
    file = tmp_path / "news.jsonl"
    file.write_text(json.dumps(ARTICLE), encoding="utf-8")
    return Archive(file)


def test_archive_window_is_found_by_its_text_alone(archive: Archive) -> None:
    window = archive.window("n001", unit_key(OPENED))
    assert window is not None
    assert window.text == OPENED
    assert archive.window("n001", unit_key("Nobody wrote this.")) is None
    assert archive.window("n002", unit_key(OPENED)) is None


def test_unit_key_is_the_same_whatever_the_white_space() -> None:
    assert unit_key(" Jon  Moe\nopened it.") == unit_key("Jon Moe opened it.")
    assert unit_key("Jon Moe opened it.") != unit_key("Ida Brandt opened it.")
    assert len(unit_key("")) == 12


def test_key_of_tells_texts_apart() -> None:
    assert key_of(DREW) == key_of(DREW) != key_of(OPENED)


def test_labelled_examples_leave_out_units_that_are_not_there(archive: Archive, tmp_path) -> None:
    file = tmp_path / "labelled.jsonl.gz"
    with gzip.open(file, "wt", encoding="utf-8") as lines:
        lines.write(json.dumps(ASKED))
    right, wrong = labelled_examples(archive, file=file)
    assert (right.text, right.answers) == (DREW, True)
    assert [right.text[start:end] for start, end in right.spans or ()] == ["Ida Brandt"]
    assert right.context.startswith("Bridge of Aldermoor opened, Friday 3 May 2024")
    assert (wrong.text, wrong.answers, wrong.spans) == (OPENED, False, ())
    assert list(labelled_examples(archive, kept_back=True, file=file)) == []


def test_labelled_examples_are_labelled_once_and_of_articles_that_are_listed() -> None:
    rows = packed_rows(LABELLED)
    listed = {row["id"] for row in packed_rows(LISTED)}

    assert len(rows) > 400
    assert len({row["q"] for row in rows}) == len(rows)
    for row in rows:
        right, wrong = {unit for _, unit, _ in row["right"]}, {unit for _, unit in row["wrong"]}
        assert {place[0] for place in (*row["right"], *row["wrong"])} <= listed
        assert not right & wrong

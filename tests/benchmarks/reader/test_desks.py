from __future__ import annotations

from benchmarks.reader.desks import Desk, desk_examples, read_desks
from benchmarks.reader.hard import NearMisses
from index.encoders.load import load_encoder

ARTICLE = {
    "id": "x-01",
    "title": "Bridge opens",
    "published": "2024-05-03",
    "s": ["The bridge opened on Monday.", "", "Ida Brandt drew it.", "Its toll is 5 crowns.", "It rained."],
}
QUESTION = {"q": "Who drew the bridge?", "parts": [[["x-01", 2]]], "short": "Ida Brandt", "near": [["x-01", 0]]}


def test_desk_examples_show_title_date_and_the_sentence_before() -> None:
    right, *_ = desk_examples([Desk({"x-01": ARTICLE}, [QUESTION])], NearMisses(load_encoder()))
    assert right.text == "Ida Brandt drew it."
    assert right.context == "Bridge opens, Friday 3 May 2024\nThe bridge opened on Monday."
    assert (right.spans, right.answers) == (((0, 10),), True)


def test_desk_examples_take_near_misses_and_others_for_wrong() -> None:
    _, near, *others = desk_examples([Desk({"x-01": ARTICLE}, [QUESTION])], NearMisses(load_encoder()))
    assert near.text == "The bridge opened on Monday."
    assert {one.text for one in others} == {"Its toll is 5 crowns.", "It rained."}
    assert not any(one.answers for one in (near, *others))


def test_read_desks_gives_each_writer_its_own_articles() -> None:
    desks = read_desks()
    assert len(desks) == 11
    for desk in desks:
        named = {place[0] for row in desk.questions for part in row["parts"] for place in part}
        assert named <= desk.articles.keys()

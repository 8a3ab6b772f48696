from __future__ import annotations

import random

from benchmarks.reader.example import Example
from benchmarks.reader.windows import windows

TEXT = "Ida Brandt drew the bridge. Jon Moe opened the bridge in May. It rained. The bridge was drawn by nobody else."


def made(example: Example) -> list[Example]:
    return list(windows([example], random.Random(0)))


def test_windows_puts_the_sentence_that_answers_beside_the_one_before() -> None:
    start = TEXT.index("Jon Moe")
    right, *_ = made(Example("Who opened the bridge?", TEXT, "Aldermoor", ((start, start + 7),), answers=True))
    assert (right.text, right.context) == (
        "Jon Moe opened the bridge in May.",
        "Aldermoor\nIda Brandt drew the bridge.",
    )
    assert (right.spans, right.answers) == (((0, 7),), True)


def test_windows_takes_those_that_share_most_words_for_near_misses() -> None:
    start = TEXT.index("Jon Moe")
    _, *misses = made(Example("Who opened the bridge?", TEXT, spans=((start, start + 7),), answers=True))
    assert {miss.text for miss in misses} == {"Ida Brandt drew the bridge.", "The bridge was drawn by nobody else."}
    assert all(miss.answers is False and miss.spans == () for miss in misses)


def test_windows_leaves_out_what_has_the_answer_too() -> None:
    text = "Jon Moe opened it. Everybody thanked Jon Moe for that."
    assert [one.text for one in made(Example("Who opened it?", text, spans=((0, 7),), answers=True))] == [
        "Jon Moe opened it."
    ]


def test_windows_leaves_what_has_no_spans_as_it_is() -> None:
    asked = Example("Was it opened?", TEXT, answers=True, verdict=True)
    assert made(asked) == [asked]

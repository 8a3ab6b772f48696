from __future__ import annotations

import pytest

from benchmarks.reader.example import Support
from benchmarks.reader.written import (
    HELD_OUT,
    HONEST,
    WRITTEN,
    Text,
    by_key,
    claim_example,
    question_examples,
    read_texts,
)

TEXT = Text(
    "w0",
    {
        "title": "Bridge of Aldermoor opened",
        "published": "2024-05-03",
        "s": ["Ida Brandt drew the bridge.", "Jon Moe opened it on Monday.", "Lorries may not use it."],
        "claims": [["The bridge was opened on 29 April 2024.", "S", "date_normalised", [0, 1]]],
        "q": [
            ["Who designed the bridge?", "person", [0], "Ida Brandt", [1], ""],
            ["Are lorries allowed?", "yes_no", [2], "", [], "no"],
        ],
    },
)


def test_claim_example_shows_its_evidence_with_title_and_dates() -> None:
    example = claim_example(TEXT, TEXT.claims[0])

    assert example.support is Support.SUPPORTED
    assert example.context == "Bridge of Aldermoor opened, Friday 3 May 2024"
    assert example.text == "Ida Brandt drew the bridge. Jon Moe opened it on Monday (29 April 2024)."


def test_question_examples_a_question_is_asked_of_what_answers_and_of_what_only_seems_to() -> None:
    asked = [one for one in question_examples([TEXT]) if one.asked == "Who designed the bridge?"]

    answered = [one for one in asked if one.answers]
    assert {one.text[start:end] for one in answered for start, end in one.spans or ()} == {"Ida Brandt"}
    refused = [one for one in asked if one.answers is False]
    assert refused
    assert all("Ida Brandt" not in one.text and one.spans == () for one in refused)


def test_question_examples_a_verdict_is_learned_where_the_text_gives_it() -> None:
    found = [one for one in question_examples([TEXT]) if one.asked == "Are lorries allowed?"]

    assert [one.verdict for one in found] == [False, False]


@pytest.mark.parametrize("file", [WRITTEN, HELD_OUT, HONEST])
def test_read_texts_every_line_is_whole(file) -> None:
    texts = read_texts(file)

    assert len(texts) > 100
    for text in texts:
        numbers = range(len(text.sentences))
        for _, label, kind, evidence, *_ in text.claims:
            assert label in "SCN"
            assert kind
            assert set(evidence) <= set(numbers)
        for question, _, answering, short, near, said in text.questions:
            assert question
            assert set(answering) | set(near) <= set(numbers)
            assert not set(answering) & set(near)
            assert not short or short in text.sentences[answering[0]]
            assert said in ("", "yes", "no")


def test_read_texts_takes_public_paragraphs_from_where_they_are() -> None:
    assert not any(text.row.get("paragraph") for text in read_texts())
    (key,) = by_key(["Rye bread  is baked\nfor two hours. It keeps."])
    assert len(key) == 16
    assert by_key(["Rye bread is baked for two hours. It keeps."]) == {
        key: ["Rye bread is baked for two hours.", "It keeps."]
    }

"""What is read from a model's text, whatever its form and however it is cut into pieces."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.errors import ModelUnavailable
from assistant.writing.claimed import Claimed, parse, plain_sentence

ONE, TWO = "Li Qiang spoke in Shanghai.", "The plan has 13 points."
CLAIMED = [(ONE, (1,)), (TWO, (2, 3))]
AS_JSON = json.dumps({"sentences": [{"text": ONE, "evidence": [1]}, {"text": TWO, "evidence": [2, 3]}]})


def tidy(claimed: Iterable[Claimed | None]) -> list[tuple[str, tuple[int, ...]]]:
    return [(plain_sentence(one.text), one.numbers) for one in claimed if one and plain_sentence(one.text)]


@pytest.mark.parametrize(
    "text",
    [
        AS_JSON,
        json.dumps(json.loads(AS_JSON), indent=2),
        f"```json\n{AS_JSON}\n```",
        f"<think>First [9] I think.</think>\n{AS_JSON}",
        f"{ONE} [1] {TWO} [2, 3]",
        f"{ONE[:-1]} [1]. {TWO[:-1]} [2][3].",
        f"{ONE} [1]\n\n{TWO} [2][3]\n",
        f"<think>Hm.</think>{ONE} [1] {TWO} [2][3]",
    ],
)
@given(data=st.data())
def test_claimed_the_pieces_that_text_comes_in_make_no_difference(text: str, data: st.DataObject) -> None:
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=12)))
    pieces = [text[start:end] for start, end in zip([0, *cuts], [*cuts, len(text)], strict=True)]
    assert tidy(parse(pieces)) == CLAIMED


def test_claimed_a_sentence_in_json_is_read_before_the_next_has_come() -> None:
    def pieces() -> object:
        yield '{"sentences": [{"text": "A.", "evidence": [1]}, '
        raise AssertionError("nothing more was needed")

    assert next(iter(parse(pieces()))) == Claimed("A.", (1,))


@pytest.mark.parametrize("end", [". [1] ", " [1]. ", ".[1] ", " [1].\n\n"])
def test_claimed_a_sentence_in_prose_is_read_when_the_next_one_has_begun(end: str) -> None:
    def pieces() -> Iterator[str]:
        yield from (ONE[:-1], *end, "The ", "plan")
        raise AssertionError("nothing more was needed")

    assert next(one for one in parse(pieces()) if one) == Claimed(ONE, (1,))


def test_claimed_a_quotation_that_has_begun_belongs_to_the_next_sentence() -> None:
    text = f'{ONE} [1] "The plan has 13 points," he said. [2]'
    assert [one.text for one in parse(iter(text)) if one] == [ONE, '"The plan has 13 points," he said.']


def test_claimed_long_thoughts_are_not_waited_for() -> None:
    def pieces() -> Iterator[str]:
        yield "<think>"
        for _ in range(2_000):
            yield "hm "
        raise AssertionError("nobody waited")

    with pytest.raises(ModelUnavailable, match="does not come to the end"):
        list(parse(pieces()))


@pytest.mark.parametrize(
    "begun", ['{"sentences": [', "Li Qiang spoke", "<think>" + "Hm. " * 300 + "</think>Li Qiang spoke"]
)
def test_claimed_white_space_without_end_is_not_waited_for(begun: str) -> None:
    given_out = 0

    def pieces() -> Iterator[str]:
        nonlocal given_out
        yield begun
        while given_out < 50_000:
            given_out += 1
            yield " "

    with pytest.raises(ModelUnavailable, match="does not come to the end"):
        list(parse(pieces()))
    assert given_out < 5_000


def test_claimed_json_that_is_cut_off_gives_the_sentences_that_were_complete() -> None:
    assert tidy(parse([AS_JSON[:-20]])) == CLAIMED[:1]


@pytest.mark.parametrize("text", ["{" * 2000, '{"sentences": [' + "[" * 3000 + "}", '{"sentences": 5}', "}{", ""])
def test_claimed_what_is_no_answer_gives_nothing_or_nothing_cited(text: str) -> None:
    with suppress(ModelUnavailable):
        assert all(claimed.numbers == () for claimed in parse(list(text)) if claimed)


@given(st.lists(st.text(max_size=50), max_size=20))
def test_claimed_any_text_can_be_read(pieces: list[str]) -> None:
    for claimed in filter(None, parse(pieces)):
        assert isinstance(claimed.text, str)
        assert all(isinstance(number, int) for number in claimed.numbers)


@pytest.mark.parametrize(
    "text",
    [
        "See https://evil.example.",
        "See www.evil.example.",
        "[here](x) it is.",
        "![x](y) it is.",
        "<b>It</b> is.",
        "It is `code`.",
        "It is [sic] so.",
        "Write to mailto:a@b.example.",
        "It\u200b is.",
        "\u202eIt is.",
        "word " * 200,
        "Li Qiang",
        "",
        "  \n ",
    ],
)
def test_claimed_what_is_no_plain_prose_is_no_sentence(text: str) -> None:
    assert plain_sentence(text) == ""


@pytest.mark.parametrize("text", [f"**{ONE}**", f"- {ONE}", f"* {ONE}", f"1. {ONE}", f"  {ONE}\n"])
def test_claimed_adornment_is_taken_off(text: str) -> None:
    assert plain_sentence(text) == ONE


@pytest.mark.parametrize("words", [5, None, ["The plan"]])
def test_claimed_words_of_a_span_that_are_no_text_are_none(words: object) -> None:
    said = {"text": ONE, "evidence": [1], "begins": words, "ends": "in Shanghai"}
    assert list(parse([json.dumps({"sentences": [said]})])) == [Claimed(ONE, (1,), "", "in Shanghai")]

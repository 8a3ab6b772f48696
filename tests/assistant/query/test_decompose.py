import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.query.decompose import MAX_SUB_QUESTIONS, decompose


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        (
            "what do China and the US each say about open source?",
            ["what does China say about open source?", "what does the US say about open source?"],
        ),
        (
            "How do Beijing and Washington differ on rules?",
            ["How does Beijing differ on rules?", "How does Washington differ on rules?"],
        ),
        (
            "what do China, Japan and the U.S. say on chips",
            [
                "what does China say on chips",
                "what does Japan say on chips",
                "what does the U.S. say on chips",
            ],
        ),
        (
            "How does the US plan differ from the Chinese plan?",
            ["How does the US plan differ from plan?", "How does plan differ from the Chinese plan?"],
        ),
        ("Who spoke first and when did China sign?", ["Who spoke first", "when did China sign?"]),
        (
            "What happened between China and the US in 2018?",
            ["What happened between China and the US in 2018?"],
        ),
        ("Who founded Johnson and Johnson?", ["Who founded Johnson and Johnson?"]),
        (
            "What do both China and the US say about each other?",
            ["What does China say about each other?", "What does the US say about each other?"],
        ),
        (
            "How is the US plan different from the Chinese plan?",
            ["How is the US plan different from plan?", "How is plan different from the Chinese plan?"],
        ),
        ("why? why?  why?", ["why?"]),
        ("???", ["???"]),
    ],
)
def test_each_thing_that_is_asked_becomes_a_part(question: str, expected: list[str]) -> None:
    assert [part.text for part in decompose(question)] == expected


@pytest.mark.parametrize(
    "question",
    [
        "What different chips does China offer to the US?",
        "Did both houses of the US Congress criticise China?",
        "How do exports of China to the US differ from year to year?",
        "Do the differing views of China trouble the US?",
    ],
)
def test_a_question_that_compares_no_sides_is_one_part(question: str) -> None:
    assert [part.text for part in decompose(question)] == [question]


def test_parts_that_are_searched_with_the_same_words_are_one() -> None:
    question = "When did they leave, and when did they arrive?"
    (part,) = decompose(question)
    assert (part.text, part.label) == (question, question)


def test_parts_of_two_sides_stay_two_though_they_are_searched_with_the_same_words() -> None:
    parts = decompose("What does China say about it and what does the US say about it?")
    assert [part.party for part in parts] == ["China", "the US"]


def test_a_question_of_more_than_a_few_parts_is_read_as_it_stands() -> None:
    question = "Who spoke? When? Where? Why? To whom?"
    assert [part.text for part in decompose(question)] == [question]
    assert len(decompose(question.removesuffix(" To whom?"))) == MAX_SUB_QUESTIONS


def test_a_part_that_points_back_is_searched_with_the_whole_question() -> None:
    question = "Who opened the fair and when was it held?"
    _, second = decompose(question)
    assert (second.text, second.label) == (question, "when was it held?")


@pytest.mark.parametrize(
    ("question", "party"),
    [
        ("what does China say about semiconductors?", "China"),
        ("what does the us say about chips", "the US"),
        ("What is Beijing's position on open source?", "China"),
        ("tell us what they say", None),
        ("When was China's plan published in the US?", None),
        ("What did Eric Schmidt say?", None),
    ],
)
def test_whose_position_is_asked_for_is_known(question: str, party: str | None) -> None:
    assert decompose(question)[0].party == party


def test_the_parts_of_a_comparison_ask_for_the_position_of_their_side() -> None:
    assert [part.party for part in decompose("How do China and the US differ?")] == ["China", "the US"]


@given(st.text(max_size=300))
def test_any_text_has_at_least_one_part(question: str) -> None:
    assert decompose(question)


def test_of_two_sides_the_one_that_speaks_is_asked_for() -> None:
    (part,) = decompose("What does China say about the US sanctions?")
    assert part.party == "China"

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
def test_decompose_makes_a_sub_question_of_each_thing_that_is_asked(question: str, expected: list[str]) -> None:
    assert [one.text for one in decompose(question)] == expected


@pytest.mark.parametrize(
    "question",
    [
        "What different chips does China offer to the US?",
        "Did both houses of the US Congress criticise China?",
        "How do exports of China to the US differ from year to year?",
        "Do the differing views of China trouble the US?",
    ],
)
def test_decompose_keeps_whole_a_question_that_compares_no_parties(question: str) -> None:
    assert [one.text for one in decompose(question)] == [question]


def test_decompose_joins_sub_questions_that_are_searched_with_the_same_words() -> None:
    question = "When did they leave, and when did they arrive?"
    (one,) = decompose(question)
    assert (one.text, one.label) == (question, question)


def test_decompose_takes_no_party_that_somebody_else_speaks_about() -> None:
    (one,) = decompose("What did the head of Corvo Ports say about the American quays?")
    assert one.party is None


def test_decompose_keeps_two_parties_apart_though_searched_with_the_same_words() -> None:
    both = decompose("What does China say about it and what does the US say about it?")
    assert [one.party for one in both] == ["China", "the US"]


def test_decompose_keeps_whole_a_question_of_more_than_a_few_sub_questions() -> None:
    question = "Who spoke? When? Where? Why? To whom?"
    assert [one.text for one in decompose(question)] == [question]
    assert len(decompose(question.removesuffix(" To whom?"))) == MAX_SUB_QUESTIONS


def test_decompose_searches_what_points_back_with_the_whole_question() -> None:
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
def test_decompose_knows_whose_position_is_asked_for(question: str, party: str | None) -> None:
    assert decompose(question)[0].party == party


def test_decompose_asks_for_the_position_of_each_party_of_a_comparison() -> None:
    assert [one.party for one in decompose("How do China and the US differ?")] == ["China", "the US"]


@given(st.text(max_size=300))
def test_decompose_gives_at_least_one_sub_question_for_any_text(question: str) -> None:
    assert decompose(question)


def test_decompose_asks_of_two_parties_for_the_one_that_speaks() -> None:
    (one,) = decompose("What does China say about the US sanctions?")
    assert one.party == "China"


@pytest.mark.parametrize(
    ("question", "texts"),
    [
        # What names nothing is searched with what does.
        (
            "Who won the Marlow cup and what was the score?",
            ["Who won the Marlow cup", "Who won the Marlow cup what was the score?"],
        ),
        (
            "Who opposes the Marlow merger and why?",
            ["Who opposes the Marlow merger", "Who opposes the Marlow merger why?"],
        ),
        (
            "Where is the Marlow plant, how does Marlow cool it and who owns Marlow?",
            [
                "Where is the Marlow plant",
                "Where is the Marlow plant, how does Marlow cool it and who owns Marlow?",
                "who owns Marlow?",
            ],
        ),
        ("In the Marlow valley, what fell?", ["In the Marlow valley, what fell?"]),
        ("Where was Ann Lee, who wrote Dust, born?", ["Where was Ann Lee, who wrote Dust, born?"]),
        ("What did the man, who was arrested, steal?", ["What did the man, who was arrested, steal?"]),
        ("What is inflation? What is deflation?", ["What is inflation?", "What is deflation?"]),
    ],
)
def test_decompose_parts_are_searched_with_what_they_are_about(question: str, texts: list[str]) -> None:
    assert [one.text for one in decompose(question)] == texts

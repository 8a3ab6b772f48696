from __future__ import annotations

import pytest

from assistant.query.kind import QuestionKind
from assistant.query.sides import asked_once, sides_of
from assistant.query.understand import understand


@pytest.mark.parametrize(
    ("question", "sides"),
    [
        ("How do Aldane and Brone differ on the levy?", ("Aldane", "Brone")),
        ("Aldane versus Brone: what did each do?", ("Aldane", "Brone")),
        ("What did the League of Ports and the Harbour Union each want?", ("League of Ports", "Harbour Union")),
        ("How many came in Halm and in Port Sel, compared with each other?", ("Halm", "Port Sel")),
        ("What do Aldane, Brone and Corvo say?", ("Aldane", "Brone", "Corvo")),
        ("How do the pilots and the cabin crew differ over the sale?", ("pilots", "cabin crew")),
        ("The pilots’ union SPA and the airline disagree over pay. What does each say?", ("SPA", "airline")),
        ("How does the toll in Halm compare with that in Port Sel?", ("Halm", "Port Sel")),
        ("How did the advice change between the first recall and the second one?", ("first recall", "second one")),
        ("Did the growers and the shippers agree about the strike?", ("growers", "shippers")),
        (
            "Is swimming healthy? What do the Halm researchers and Sport Aldane each say?",
            ("Halm researchers", "Sport Aldane"),
        ),
    ],
)
def test_sides_of_are_what_a_question_compares(question: str, sides: tuple[str, ...]) -> None:
    assert tuple(side.name for side in sides_of(question)) == sides


@pytest.mark.parametrize(
    ("question", "of_each"),
    [
        (
            "What pay did the dockers in Halm and in Port Sel get in May?",
            ["What pay did the dockers in Halm get in May?", "What pay did the dockers in Port Sel get in May?"],
        ),
        (
            "What do Aldane and the pilots each say about the levy?",
            ["What do Aldane say about the levy?", "What do pilots say about the levy?"],
        ),
        (
            "Aldane versus Brone: what did each tell people about the levy?",
            ["What did Aldane tell people about the levy?", "What did Brone tell people about the levy?"],
        ),
        (
            "How does the toll in Halm compare with that in Port Sel since June?",
            ["How does the toll in Halm since June?", "How does the toll in Port Sel since June?"],
        ),
    ],
)
def test_sides_of_ask_of_each_alone(question: str, of_each: list[str]) -> None:
    assert [side.question for side in sides_of(question)] == of_each


@pytest.mark.parametrize(
    ("question", "once"),
    [
        ("What did Aldane and what did Brone promise?", "What did Aldane and Brone promise?"),
        ("How did the fee change and how did the court react?", "How did the fee change and how did the court react?"),
    ],
)
def test_asked_once_joins_only_who_is_asked_the_same(question: str, once: str) -> None:
    assert asked_once(question) == once


def test_understand_asks_of_each_side_what_a_question_compares() -> None:
    question = "How do UK Sport and Beijing differ on the levy?"
    asked = understand(question, lambda _: QuestionKind.CONTRAST)
    assert [(one.label, one.party) for one in asked] == [("UK Sport", "UK Sport"), ("China", "China")]
    assert asked[0].read_as == (question, "What does UK Sport say about the levy?")
    (alone,) = understand("Who leads UK Sport?", lambda _: QuestionKind.CONTRAST)
    assert alone.read_as == ("Who leads UK Sport?",)


@pytest.mark.parametrize(
    "question",
    [
        "How did the price change between March and June 2025?",
        "Which side pays?",
        "How does Ida Lund of Aldane see the levy?",
        "Who met Ida Lund when Brone fell?",
        "What do Ann, Bo, Cy and Di say?",
        "How was it in Halm, Port Sel, in May?",
        "What do the iPhone and the iPad cost?",
        "",
    ],
)
def test_sides_of_are_none_where_no_names_are_compared(question: str) -> None:
    assert sides_of(question) == ()

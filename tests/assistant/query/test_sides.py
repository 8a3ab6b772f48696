from __future__ import annotations

import pytest

from assistant.query.sides import sides_of


@pytest.mark.parametrize(
    ("question", "sides"),
    [
        ("How do Aldane and Brone differ on the levy?", ("Aldane", "Brone")),
        ("Aldane versus Brone: what did each do?", ("Aldane", "Brone")),
        ("What did the League of Ports and the Harbour Union each want?", ("League of Ports", "Harbour Union")),
        ("How many came in Halm and in Port Sel, compared with each other?", ("Halm", "Port Sel")),
        ("How do Aldane’s and Brone’s figures differ?", ("Aldane", "Brone")),
        ("What do Aldane, Brone and Corvo say?", ("Aldane", "Brone", "Corvo")),
    ],
)
def test_sides_of_are_the_names_that_stand_side_by_side(question: str, sides: tuple[str, ...]) -> None:
    assert sides_of(question) == sides


@pytest.mark.parametrize(
    "question",
    [
        "How did the price change between March and June 2025?",
        "Which side pays?",
        "How does Ida Lund of Aldane see the levy?",
        "Who met Ida Lund when Brone fell?",
        "What do A, B, C and D say?",
        "How was it in Halm, Port Sel, in May?",
        "What do the iPhone and the iPad cost?",
        "",
    ],
)
def test_sides_of_are_none_where_no_names_are_compared(question: str) -> None:
    assert sides_of(question) == ()

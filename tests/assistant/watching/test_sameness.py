"""Pairs that no rule was made from; decision record 43 has how they and others fared."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pytest

from assistant.watching.sameness import Cosines, Told, compare
from index.encoders.load import load_encoder

KNOWN_ON, NEW_ON = date(2026, 3, 3), date(2026, 3, 4)


@pytest.fixture(scope="module")
def cosines() -> Cosines:
    encoder = load_encoder("default", 2)

    def nearness(sentence: str, others: Sequence[str]) -> Sequence[float]:
        vectors = encoder.embed_passages([sentence, *others])
        found: Sequence[float] = (vectors[1:] @ vectors[0]).tolist()
        return found

    return nearness


def told(known: str, new: str, cosines: Cosines) -> tuple[bool, bool]:
    """Whether they tell the same, and whether the new one ends what the known one told."""
    compared = compare(Told(new, "", NEW_ON), [Told(known, "", KNOWN_ON, known)], cosines)
    return bool(compared.same), bool(compared.ended)


@pytest.mark.parametrize(
    ("known", "new"),
    [
        (
            "The company recalls 30,000 heaters because of a risk of fire.",
            "Because they may catch fire, 30,000 heaters are being recalled by the company.",
        ),
        (
            "The search for the missing climber was called off on Saturday.",
            "Rescuers ended their search for the missing climber on Saturday.",
        ),
        (
            "Trains between Halm and Orlo will not run until Thursday.",
            "No trains will run between Halm and Orlo before Thursday.",
        ),
        (
            "Jonas Meer will coach the national team until 2028.",
            "The national team's coach until 2028 will be Jonas Meer.",
        ),
    ],
)
def test_compare_takes_the_words_of_another_outlet_for_the_same(known: str, new: str, cosines: Cosines) -> None:
    assert told(known, new, cosines) == (True, False)


@pytest.mark.parametrize(
    ("known", "new"),
    [
        ("The plant will close.", "The plant will not close."),
        ("Anna Berg was appointed head of the agency.", "Helena Voss was appointed head of the agency."),
        (
            "Jonas Meer will coach the national team until 2028.",
            "Jonas Meer was dismissed as coach of the national team.",
        ),
        (
            "The airline will take over 40 planes of its rival.",
            "The airline will take over only 25 planes of its rival.",
        ),
    ],
)
def test_compare_takes_another_fact_for_no_rewording(known: str, new: str, cosines: Cosines) -> None:
    assert not told(known, new, cosines)[0]


def test_compare_tells_what_takes_the_place_of_a_fact(cosines: Cosines) -> None:
    assert told("The plant will close.", "The plant will not close.", cosines) == (False, True)


@pytest.mark.parametrize(
    ("known", "new", "is_ended"),
    [
        ("The plant will close.", "The plant in Halm will not close.", True),
        ("Trains will not run on Sunday.", "Trains will run on Sunday.", True),
        ("Anna Berg was appointed head of the agency.", "Anna Berg stepped down as head of the agency.", True),
        ("Harlow Bridge is closed to lorries.", "Harlow Bridge has reopened to lorries.", True),
        (
            "China's plan provides that hardware be shared.",
            "China's plan is not limited to code: hardware is also to be shared.",
            False,
        ),
        ("The plan has hardware shared.", "The plan is not limited to code: hardware is shared.", False),
        ("The plant will close.", "The plant will close, not the office.", False),
        ("The plant will close.", "The plant will not only close, but be pulled down.", False),
        ("The plant will close.", "The plant will close, and the office will not close.", False),
        ("The plant will close.", "The plant in Halm, which has 300 workers, will close.", False),
        ("The airline will take over 40 planes.", "The airline will take over 25 planes.", False),
        ("The bank raised its rate.", "The bank cut its rate.", False),
        ("The museum opened its new wing.", "The museum closed its car park.", False),
    ],
)
def test_compare_ends_only_what_is_plainly_denied_or_turned(known: str, new: str, is_ended: bool) -> None:
    compared = compare(Told(new, "", NEW_ON), [Told(known, "", KNOWN_ON, known)], lambda _, others: [0.9] * len(others))
    assert bool(compared.ended) == is_ended


def test_compare_leaves_alone_what_is_about_something_else(cosines: Cosines) -> None:
    known = "The museum will lend twelve paintings to Tokyo next spring."
    assert told(known, "The museum was visited by 600,000 people last year.", cosines) == (False, False)
    assert compare(Told(known), [], cosines).same == ()

from collections.abc import Collection

import pytest

from assistant.query.decompose import SubQuestion, decompose
from assistant.query.topic import coverage, topic_weights


def rarity(terms: Collection[str]) -> dict[str, float]:
    known = {"chip": 4.0, "plan": 1.0, "china": 2.0}
    return {term: known[term] for term in terms if term in known}


def weights_of(question: str) -> dict[str, float]:
    return topic_weights(decompose(question)[0], rarity)


def test_topic_asking_words_carry_no_weight() -> None:
    assert weights_of("What is the plan?") == {"plan": 1.0}


def test_topic_whose_position_is_asked_for_is_no_topic() -> None:
    assert weights_of("what does China say about chips?") == {"chip": 4.0}


def test_topic_a_party_that_is_not_asked_for_its_position_is_a_topic() -> None:
    assert weights_of("Which chips does China make?").keys() == {"chip", "make", "china"}


def test_topic_a_word_that_is_nowhere_weighs_as_much_as_the_rarest_one() -> None:
    assert weights_of("plan for chips and Zanzibar") == {"plan": 1.0, "chip": 4.0, "zanzibar": 4.0}


@pytest.mark.parametrize(("terms", "expected"), [(["chip"], 0.8), (["plan", "chip", "other"], 1.0), ([], 0.0)])
def test_topic_coverage_is_the_carried_share_of_the_weights(terms: list[str], expected: float) -> None:
    assert coverage({"chip": 4.0, "plan": 1.0}, terms) == pytest.approx(expected)


def test_topic_what_asks_for_no_word_is_wholly_covered() -> None:
    assert coverage(topic_weights(SubQuestion("what does China say?", "", "China"), rarity), []) == 1.0

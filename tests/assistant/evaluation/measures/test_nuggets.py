from __future__ import annotations

import pytest

from assistant.evaluation.measures.nuggets import (
    FORBIDDEN,
    NUGGETS_ALL,
    NUGGETS_VITAL,
    PARTIES,
    VERDICT_GIVEN,
    VERDICT_RIGHT,
)
from tests.assistant.evaluation.builders import cited, gold, predicted, value

TOLL = gold(
    nuggets=[
        {"id": "n1", "text": "Twelve died", "any_of": ["12 people", "twelve"]},
        {"id": "n2", "text": "on 3 May", "any_of": ["3 May"]},
        {"id": "n3", "text": "It rained", "vital": False, "any_of": ["rain"]},
    ],
    forbidden=[{"text": "Nine died", "any_of": ["nine people"]}],
)


@pytest.mark.parametrize(
    ("answer", "vital", "everything"),
    [
        ("Twelve died on 3 May.", 1.0, 1.0),
        ("12 people died in the “rain”.", 0.5, 0.0),
        ("212 people died on 13 May.", 0.0, 0.0),
        ("On *3 May* 12 people died.", 1.0, 1.0),
        ("", 0.0, 0.0),
    ],
)
def test_nuggets_vital_ones_are_told_by_any_of_their_strings(answer: str, vital: float, everything: float) -> None:
    assert value(NUGGETS_VITAL, TOLL, predicted(answer=answer)) == vital
    assert value(NUGGETS_ALL, TOLL, predicted(answer=answer)) == everything


@pytest.mark.parametrize(
    ("nugget", "answer", "told"),
    [("20", "It cost 20 euros.", 1.0), ("20", "It cost 200 euros.", 0.0), ("20", "It cost 20.5 euros.", 0.0)],
)
def test_nuggets_a_number_is_not_told_by_the_beginning_of_another(nugget: str, answer: str, told: float) -> None:
    question = gold(nuggets=[{"id": "n1", "any_of": [nugget]}])
    assert value(NUGGETS_VITAL, question, predicted(answer=answer)) == told


@pytest.mark.parametrize(("start", "told"), [(10, 1.0), (22, 1.0), (30, 0.0), (200, 0.0)])
def test_nuggets_one_without_strings_is_told_by_a_quote_that_covers_half_of_its_place(start: int, told: float) -> None:
    place = {"doc_id": "d1", "text": "x" * 24, "start": 10}
    question = gold(nuggets=[{"id": "n1", "evidence": [place]}])
    answer = predicted(answer="x" * 24, citations=[cited("x" * 24, "d1", start)])
    assert value(NUGGETS_VITAL, question, answer) == told


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("Nine people died on 3 May.", 1.0),
        ("Twelve died on 3 May; first reports said nine people.", 0.0),
        ("First reports said nine people; twelve died on 3 May.", 1.0),
        ("Twelve died.", 0.0),
    ],
)
def test_nuggets_a_forbidden_statement_does_not_count_after_all_that_is_right(answer: str, expected: float) -> None:
    assert value(FORBIDDEN, TOLL, predicted(answer=answer)) == expected


@pytest.mark.parametrize(("said", "given", "right"), [("yes", 1.0, 1.0), ("no", 1.0, 0.0), (None, 0.0, None)])
def test_nuggets_a_verdict_is_right_or_wrong_only_where_one_is_given(
    said: str | None, given: float, right: float | None
) -> None:
    question = gold(verdict="yes")
    assert value(VERDICT_GIVEN, question, predicted(answer="It did.", verdict=said)) == given
    assert value(VERDICT_RIGHT, question, predicted(answer="It did.", verdict=said)) == right


def test_nuggets_parties_are_covered_by_the_text_or_by_a_label() -> None:
    question = gold(parties=["Bolivia", "United Kingdom"])
    sections = [{"kind": "party", "label": "Bolivia", "sentences": [0]}, {"kind": "party", "label": "Peru"}]

    assert value(PARTIES, question, predicted(answer="It chews coca.", sections=sections)) == 0.5
    assert value(PARTIES, question, predicted(answer="Bolivia and the United Kingdom differ.")) == 1.0
    assert value(PARTIES, gold(parties=["Bolivia"]), predicted(answer="It chews coca.")) is None


def test_nuggets_other_questions_have_none() -> None:
    for measure in (NUGGETS_VITAL, NUGGETS_ALL, FORBIDDEN, VERDICT_GIVEN, PARTIES):
        assert value(measure, gold(answers=["x"]), predicted(answer="x")) is None

from dataclasses import fields, replace
from datetime import date

import pytest

from assistant.judge import NO_SIGNALS, Calibration, Signals, is_about_its_years, shipped_calibration
from assistant.question import Part
from tests.assistant.evidence import make_article, make_evidence

STRONG = Signals(0.9, 0.9, 1.0, 1.0)


@pytest.mark.parametrize("name", [field.name for field in fields(Signals)])
def test_a_stronger_signal_never_makes_an_answer_less_likely(name: str) -> None:
    shipped = shipped_calibration()
    weaker = replace(STRONG, **{name: 0.1})
    assert shipped.probability(weaker) < shipped.probability(STRONG)


def test_nothing_found_is_not_answered_and_a_perfect_match_is() -> None:
    shipped = shipped_calibration()
    assert shipped.probability(NO_SIGNALS) < shipped.threshold < shipped.probability(STRONG)


def test_the_probability_is_the_logistic_of_the_weighted_signals() -> None:
    fitted = Calibration({"meaning": 2.0}, intercept=-1.0, threshold=0.5)
    assert fitted.probability(replace(NO_SIGNALS, meaning=0.5)) == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("When was the plan of 2025 published?", True),
        ("When was the plan of 2023 published?", False),
        ("What did the 2024 and 2025 plans say?", False),
        ("What happened in 2026?", True),
        ("When was the plan published?", True),
        ("Who has 20250 chips?", True),
    ],
)
def test_what_happened_in_another_year_is_no_answer(question: str, expected: bool) -> None:
    article = replace(make_article("The plan of 2025 is out."), published=date(2026, 1, 2))
    evidence = [make_evidence("The plan of 2025 is out.", article)]
    assert is_about_its_years(Part(question, question), evidence) is expected


def test_a_year_without_any_evidence_is_not_answered() -> None:
    assert not is_about_its_years(Part("What happened in 2025?", ""), [])

from dataclasses import fields, replace
from datetime import date

import pytest

from assistant.query.decompose import SubQuestion
from assistant.reading.abstention import NO_SIGNALS, Signals, is_about_its_years, measure_signals
from assistant.reading.calibration import Logistic, shipped_calibration
from assistant.reading.reader import ReadResult
from tests.assistant.evidence import make_article, make_evidence

STRONG = Signals(span=2.0, rescored=2.0, meaning=0.9, sentence=0.9, words=1.0)


def probability(signals: Signals) -> float:
    return shipped_calibration().answerability.probability(signals.by_name())


@pytest.mark.parametrize("name", [field.name for field in fields(Signals)])
def test_abstention_probability_never_falls_with_a_stronger_signal(name: str) -> None:
    weaker = replace(STRONG, **{name: 0.1})
    assert probability(weaker) <= probability(STRONG)


@pytest.mark.parametrize("operating_point", ["eager", "balanced", "cautious"])
def test_abstention_operating_points_lie_between_nothing_found_and_a_perfect_match(operating_point: str) -> None:
    threshold = shipped_calibration().thresholds[operating_point]
    assert probability(NO_SIGNALS) < threshold < probability(STRONG)


def test_abstention_operating_points_ask_for_more_and_more() -> None:
    thresholds = shipped_calibration().thresholds
    assert thresholds["eager"] < thresholds["balanced"] <= thresholds["cautious"]


def test_abstention_probability_is_the_logistic_of_the_weighted_signals() -> None:
    fitted = Logistic({"meaning": 2.0}, intercept=-1.0)
    assert fitted.probability({"meaning": 0.5, "words": 9.0}) == pytest.approx(0.5)


def test_abstention_probability_of_an_extreme_signal_is_certain_and_no_overflow() -> None:
    assert Logistic({"span": 1e9}, 0.0).probability({"span": -1.0}) == pytest.approx(0.0)


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("When was the plan of 2025 published?", True),
        ("When was the plan of 2023 published?", False),
        ("What did the 2024 and 2025 plans say?", False),
        ("What happened in 2026?", True),
        ("When was the plan published?", True),
        ("Who has 20250 chips?", True),
        ("Why were 2000 workers dismissed?", True),
        ("Who dismissed 2,000 workers?", True),
        ("Who was dismissed since 2000?", False),
        ("Who won the 2000 elections?", False),
    ],
)
def test_abstention_is_about_its_years_rules_out_what_happened_in_another_year(question: str, expected: bool) -> None:
    article = replace(make_article("The plan of 2025 is out."), published=date(2026, 1, 2))
    evidence = [make_evidence("The plan of 2025 is out.", article)]
    assert is_about_its_years(SubQuestion(question, question), evidence) is expected


def test_abstention_is_about_its_years_needs_evidence_for_a_year() -> None:
    assert not is_about_its_years(SubQuestion("What happened in 2025?", ""), [])


def test_abstention_measure_signals_knows_only_the_nearest_meaning_without_evidence() -> None:
    hit = make_evidence("Nobody came.", make_article("Nobody came.")).hit
    read = ReadResult(hits=(hit,), signals={hit.passage.id: {}})
    signals = measure_signals(SubQuestion("who came?", "who came?"), read, lambda terms: dict.fromkeys(terms, 1.0))
    assert signals == replace(NO_SIGNALS, meaning=hit.scores.dense)

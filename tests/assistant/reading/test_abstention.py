from dataclasses import fields, replace
from datetime import date

import pytest

from assistant.query.decompose import SubQuestion
from assistant.reading.abstention import NO_SIGNALS, Signals, measure_signals, years_met
from assistant.reading.calibration import Logistic, shipped_calibration
from assistant.reading.reader import ReadResult
from tests.assistant.evidence import make_article, make_evidence

STRONG = Signals(support=0.5, answers=0.3, meaning=0.9, sentence=0.9, words=1.0, years=1.0, attributed=1.0)


def probability(signals: Signals) -> float:
    return shipped_calibration().answerability.probability(signals.by_name())


@pytest.mark.parametrize("name", [field.name for field in fields(Signals)])
def test_abstention_probability_never_falls_with_a_stronger_signal(name: str) -> None:
    weaker = replace(STRONG, **{name: -0.1})
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
    assert Logistic({"support": 1e9}, 0.0).probability({"support": -1.0}) == pytest.approx(0.0)


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("When was the plan of 2025 published?", 1),
        ("When was the plan of 2023 published?", 0),
        ("What did the plans of 2024 and of 2025 say?", 0.5),
        ("What happened in 2026?", 1),
        ("When was the plan published?", 1),
        ("Who has 20250 chips?", 1),
        ("Why were 2000 workers dismissed?", 1),
        ("Who dismissed 2,000 workers?", 1),
        ("Who was dismissed since 2000?", 0),
        ("Who won the 2000 elections?", 0),
    ],
)
def test_abstention_years_met_is_the_share_of_the_years_asked_about(question: str, expected: float) -> None:
    article = replace(make_article("The plan of 2025 is out."), published=date(2026, 1, 2))
    evidence = make_evidence("The plan of 2025 is out.", article)
    assert years_met(SubQuestion(question, question), evidence) == expected


def test_abstention_measure_signals_knows_only_the_nearest_meaning_without_evidence() -> None:
    hit = make_evidence("Nobody came.", make_article("Nobody came.")).hit
    read = ReadResult(hits=(hit,), signals={hit.passage.id: {}})
    signals = measure_signals(SubQuestion("who came?", "who came?"), read, lambda terms: dict.fromkeys(terms, 1.0))
    assert signals == replace(NO_SIGNALS, meaning=hit.scores.dense)

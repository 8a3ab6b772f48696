"""Fitting on figures made by hand, where the right outcome is known."""

from __future__ import annotations

import numpy as np
import pytest

from assistant.logistic import Logistic
from assistant.reading.abstention import NO_SIGNALS
from assistant.reading.calibration import Calibration
from benchmarks import fit_calibration
from benchmarks.fit_calibration import (
    FIRST_GUESS,
    Considered,
    Table,
    fit,
    fit_answers,
    interval,
    measure,
    shares_half,
    weights_of,
)


def considered(seed: int, size: int = 400) -> Considered:
    """Answers whose `support` tells whether they are right, with some noise; half the questions have an answer."""
    random = np.random.default_rng(seed)
    half = Considered()
    for number in range(size):
        answerable = number % 2 == 0
        half.answers.add(
            {**NO_SIGNALS.by_name(), "support": float(random.normal(1.0 if answerable else -1.0))}, answerable
        )
        half.answerable.append(answerable)
    return half


@pytest.fixture(autouse=True)
def few_resampled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Intervals, from so few that they are found at once."""
    monkeypatch.setattr(fit_calibration, "_RESAMPLED", 200)


@pytest.fixture(scope="module")
def fitted() -> Calibration:
    return fit_answers(FIRST_GUESS, [considered(0)])


def test_fit_calibration_what_tells_right_from_wrong_gets_the_weight(fitted: Calibration) -> None:
    assert fitted.answerability.weights["support"] > 1.0
    assert abs(fitted.answerability.weights["meaning"]) < 0.1


def test_fit_calibration_the_operating_points_ask_for_more_and_more(fitted: Calibration) -> None:
    assert fitted.thresholds["eager"] < fitted.thresholds["balanced"] <= fitted.thresholds["cautious"]


def test_fit_calibration_what_is_reported_comes_from_questions_that_nothing_was_fitted_on(fitted: Calibration) -> None:
    report = measure((fitted, considered(1)))
    auroc, low, high = report["auroc_answerable"]
    assert low < auroc < high
    assert auroc > 0.85
    points = report["operating_points"]
    assert points["eager"]["refused_of_answerable"][0] < points["cautious"]["refused_of_answerable"][0]
    assert points["cautious"]["right_of_answered"][0] > points["eager"]["right_of_answered"][0]


def test_fit_calibration_each_half_is_measured_with_what_was_fitted_on_the_other() -> None:
    halves = (considered(0), considered(1))
    for signals in halves[1].answers.signals:
        signals["support"] -= 1.0
    by_half = [fit_answers(FIRST_GUESS, [half]) for half in reversed(halves)]
    both = measure(*zip(by_half, halves, strict=True))
    apart = [measure(pair)["operating_points"]["balanced"]["answered"][0] for pair in zip(by_half, halves, strict=True)]
    assert both["questions"] == 800
    assert apart[0] > apart[1] + 0.3  # what was fitted on the low half is too eager for the high one
    assert both["operating_points"]["balanced"]["answered"][0] == pytest.approx(sum(apart) / 2, abs=0.001)


def test_fit_calibration_no_set_is_refused_more_often_than_the_operating_point_says() -> None:
    easy, hard = considered(0), considered(1)
    for signals in hard.answers.signals:
        signals["support"] -= 1.0
    fitted = fit_answers(FIRST_GUESS, [easy, hard])
    refused = [
        measure((fitted, half))["operating_points"]["balanced"]["refused_of_answerable"][0] for half in (easy, hard)
    ]
    assert max(refused) == pytest.approx(0.1, abs=0.01)


def test_fit_calibration_a_large_set_counts_no_more_than_a_small_one() -> None:
    small, large = Table(), Table()
    small.add({"x": 1.0}, True)
    for _ in range(9):
        large.add({"x": 0.0}, False)
    assert weights_of([small, large]).tolist() == pytest.approx([0.5] + [0.5 / 9] * 9)
    assert fit([small, large], ["x"]).probability({"x": 0.5}) == pytest.approx(0.5, abs=0.01)


def test_fit_calibration_an_interval_holds_its_figure() -> None:
    values = np.array([0.0, 1.0] * 50)
    figure, low, high = interval(lambda rows: float(values[rows].mean()), len(values))
    assert low < figure == 0.5 < high


@pytest.mark.parametrize(
    ("cited", "gold", "expected"),
    [
        ("the plan has many points", "the plan has many points and aims", True),
        ("bread needs flour and salt", "the plan has many points", False),
        ("thirteen points", "thirteen", False),  # an answer, not a sentence
        ("", "the plan has many points", False),
    ],
)
def test_fit_calibration_a_cited_sentence_is_right_when_it_shares_half_the_words(
    cited: str, gold: str, expected: bool
) -> None:
    assert shares_half(cited.split(), gold.split()) is expected


def test_fit_calibration_signals_without_a_weight_do_not_count() -> None:
    assert Logistic({}, 0.0).probability({"support": 3.0}) == 0.5

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.evaluation.curves import calibration_bins, risk_coverage_curve, time_bins
from assistant.evaluation.scoring import QuestionScores


def answers(*pairs: tuple[float, float]) -> list[QuestionScores]:
    """Confidence and rightness of each."""
    return [
        QuestionScores(f"q{at}", {"confidence": sure, "right": right}, {}) for at, (sure, right) in enumerate(pairs)
    ]


REFUSED = QuestionScores("refused", {"confidence": 0.1}, {})


def test_curves_risk_grows_with_coverage_as_less_sure_answers_are_given() -> None:
    points = risk_coverage_curve([*answers((0.9, 1), (0.8, 0), (0.8, 1)), REFUSED])

    assert [(point.coverage, point.risk, point.confidence) for point in points] == [
        (1 / 4, 0.0, 0.9),
        (3 / 4, pytest.approx(1 / 3), 0.8),
    ]


def test_curves_bins_say_how_many_answers_how_sure_and_how_right() -> None:
    [low, high] = calibration_bins(answers((0.22, 0), (0.28, 1), (1.0, 1)))

    assert (low.low, low.high, low.n, low.confidence, low.right) == (0.2, 0.3, 2, pytest.approx(0.25), 0.5)
    assert (high.low, high.high, high.n, high.confidence, high.right) == (0.9, 1.0, 1, 1.0, 1.0)


def test_curves_without_answers_there_is_nothing_to_draw() -> None:
    assert risk_coverage_curve([REFUSED]) == calibration_bins([REFUSED]) == time_bins([REFUSED]) == []


@given(st.lists(st.floats(0, 1e5), min_size=1, max_size=300))
def test_curves_every_time_is_in_one_bin(times: list[float]) -> None:
    bins = time_bins([QuestionScores(f"q{at}", {"milliseconds": time}, {}) for at, time in enumerate(times)])

    assert sum(part.n for part in bins) == len(times)
    assert bins[-1].high >= max(times)

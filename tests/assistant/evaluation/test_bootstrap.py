from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import ttest_1samp

from assistant.evaluation import bootstrap
from assistant.evaluation.bootstrap import (
    FLIPS,
    RESAMPLES,
    bootstrap_p_value,
    interval,
    mean,
    resampled,
    sign_flip_p_value,
)
from assistant.evaluation.measures.measure import Estimates, Weights

values = st.lists(st.floats(0, 1), min_size=2, max_size=40)


def interval_of_mean(column: np.ndarray) -> tuple[float, float]:
    return interval(resampled(len(column), lambda weights: mean(weights, column)), float(column.mean()))


@pytest.mark.parametrize("questions", [2, 7, 300, 2500])
def test_bootstrap_every_resample_draws_as_many_questions_as_there_are(questions: int) -> None:
    drawn = resampled(questions, lambda weights: weights.sum(axis=1))

    assert drawn.shape == (RESAMPLES,)
    assert (drawn == questions).all()


def test_bootstrap_a_figure_is_the_same_however_many_resamples_fit_into_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    column = np.arange(30) % 4 - 1.0
    at_once = (interval_of_mean(column), sign_flip_p_value(column))

    bootstrap._draws.cache_clear()
    monkeypatch.setattr(bootstrap, "_CELLS_AT_ONCE", 30 * 7)
    in_blocks = (interval_of_mean(column), sign_flip_p_value(column))
    bootstrap._draws.cache_clear()

    assert in_blocks == at_once


def test_bootstrap_no_more_resamples_are_weighed_at_once_than_fit_into_memory() -> None:
    sizes: list[int] = []

    def noting(weights: Weights) -> Estimates:
        sizes.append(weights.size)
        return weights.sum(axis=1)

    resampled(20_000, noting)

    assert max(sizes) <= 4_000_000
    assert sum(sizes) == RESAMPLES * 20_000


def test_bootstrap_the_interval_of_a_mean_is_that_of_the_normal_distribution_when_there_are_many() -> None:
    column = np.random.default_rng(1).random(400) < 0.3
    share = column.mean()
    half_width = 1.96 * np.sqrt(share * (1 - share) / 400)

    assert interval_of_mean(column.astype(float)) == pytest.approx((share - half_width, share + half_width), abs=0.005)


def test_bootstrap_four_times_the_questions_halve_the_interval() -> None:
    column = np.tile([0.0, 1.0, 1.0, 0.5], 50)
    narrow, wide = (np.ptp(interval_of_mean(part)) for part in (column, column[:50]))

    assert narrow == pytest.approx(wide / 2, rel=0.1)


@given(values)
def test_bootstrap_an_interval_holds_its_value_and_lies_within_the_data(column: list[float]) -> None:
    low, high = interval_of_mean(np.array(column))

    assert min(column) - 1e-12 <= low <= np.mean(column) <= high <= max(column) + 1e-12


@given(values, st.floats(-5, 5), st.floats(0.1, 3))
def test_bootstrap_an_interval_moves_and_grows_with_the_data(column: list[float], shift: float, scale: float) -> None:
    low, high = interval_of_mean(np.array(column))

    moved = interval_of_mean(np.array(column) * scale + shift)

    assert moved == pytest.approx((low * scale + shift, high * scale + shift), abs=1e-9)


def test_bootstrap_a_value_beside_its_resamples_is_still_inside() -> None:
    assert interval(np.array([0.4, 0.5, 0.6]), 0.1)[0] == 0.1


def test_bootstrap_resamples_without_a_value_do_not_count() -> None:
    assert interval(np.array([np.nan, 0.5, 0.5]), 0.5) == (0.5, 0.5)


@given(st.lists(st.floats(-1, 1), min_size=1, max_size=30))
def test_bootstrap_p_values_are_shares_and_do_not_mind_the_sign(differences: list[float]) -> None:
    column = np.array(differences)

    assert 0.0 < sign_flip_p_value(column) <= 1.0
    assert sign_flip_p_value(column) == pytest.approx(sign_flip_p_value(-column))
    assert bootstrap_p_value(column) == pytest.approx(bootstrap_p_value(-column))


@pytest.mark.parametrize(
    ("differences", "expected"),
    [
        ([0.0, 0.0], 1.0),
        # Of the four ways to set two signs, two are as far from zero.
        ([1.0, 1.0], 1 / 2),
        # Of sixteen, the two with equal signs.
        ([1.0, 1.0, 1.0, 1.0], 1 / 8),
        # Three to one: all with at least that: 2 * (1 + 4) / 16.
        ([1.0, 1.0, 1.0, -1.0], 10 / 16),
        # Questions that did not change say nothing.
        ([1.0, 1.0, 1.0, 1.0, 0.0, 0.0, 0.0], 1 / 8),
    ],
)
def test_bootstrap_flipping_signs_counts_what_a_hand_can_count(differences: list[float], expected: float) -> None:
    assert sign_flip_p_value(np.array(differences)) == pytest.approx(expected, abs=0.015)


def test_bootstrap_a_difference_in_every_question_is_no_chance() -> None:
    assert sign_flip_p_value(np.full(100, 0.1)) == pytest.approx(1 / (FLIPS + 1))


def test_bootstrap_for_normal_differences_it_agrees_with_the_t_test() -> None:
    generator = np.random.default_rng(7)
    for differences in generator.normal(0.2, 1, size=(20, 40)):
        assert sign_flip_p_value(differences) == pytest.approx(ttest_1samp(differences, 0).pvalue, abs=0.02)


def test_bootstrap_a_mean_over_no_question_is_unknown() -> None:
    assert np.isnan(mean(np.zeros((1, 3)), np.ones(3))[0])

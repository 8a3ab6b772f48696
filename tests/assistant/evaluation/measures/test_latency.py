from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.evaluation.measures.latency import LATENCY, percentile
from tests.assistant.evaluation.builders import figure_of, gold, predicted


@pytest.mark.parametrize(("share", "expected"), [(0.5, 10.0), (0.95, 19.0), (0.99, 20.0), (0.05, 1.0)])
def test_latency_a_percentile_is_the_smallest_value_that_so_many_do_not_exceed(share: float, expected: float) -> None:
    values = np.arange(20.0, 0.0, -1.0)

    assert percentile(np.ones((1, 20)), values, share)[0] == expected


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=50), st.sampled_from([0.5, 0.95, 0.99]))
def test_latency_is_the_inverse_of_the_empirical_distribution(values: list[float], share: float) -> None:
    expected = np.percentile(values, share * 100, method="inverted_cdf")

    assert percentile(np.ones((1, len(values))), np.array(values), share)[0] == expected


def test_latency_the_time_of_an_answer_is_its_total() -> None:
    questions = [gold("q1"), gold("q2"), gold("q3")]
    predictions = [
        predicted(q.id, "x", timings_ms={"search": 1, "total": 10.0 * at}) for at, q in enumerate(questions, 1)
    ]

    assert [figure_of(measure, questions, predictions).value for measure in LATENCY] == [20.0, 30.0, 30.0]


def test_latency_without_times_there_is_none() -> None:
    assert figure_of(LATENCY[0], [gold()], [predicted(answer="x")]).reason == "no times are given"

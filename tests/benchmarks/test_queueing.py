"""The queueing model of docs/scaling.md, against results that textbooks have."""

from __future__ import annotations

import math

import pytest

from benchmarks.queueing import cores_for, p99, table, waiting_share


@pytest.mark.parametrize(
    ("load", "cores", "share"),
    [(0.5, 1, 0.5), (1.0, 2, 1 / 3), (2.0, 3, 4 / 9), (0.0, 2, 0.0)],  # M/M/1: the load; M/M/2: 2 rho^2 / (1 + rho)
)
def test_waiting_share_is_that_of_erlang(load: float, cores: int, share: float) -> None:
    assert waiting_share(load, cores) == pytest.approx(share)


def test_p99_waits_half_as_long_where_all_answers_take_the_same() -> None:
    alike, exponential = p99(8, 0.1, 0.0, 1), p99(8, 0.1, 1.0, 1)

    assert exponential - 0.1 == pytest.approx(math.log(0.8 / 0.01) / 2)
    assert alike - 0.1 == pytest.approx((exponential - 0.1) / 2)
    assert p99(10, 0.1, 0.0, 1) == math.inf


def test_cores_for_are_the_fewest_that_keep_the_limit() -> None:
    cores = cores_for(20, 0.2, 0.5, 0.6)

    assert p99(20, 0.2, 0.5, cores) <= 0.6 < p99(20, 0.2, 0.5, cores - 1)
    assert len(table(0.2, 0.5, rates=[1, 20])) == 4 + 2

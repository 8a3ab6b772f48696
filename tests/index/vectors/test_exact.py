from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.vectors.exact import ExactVectors


def test_exact_the_nearest_come_first_with_their_cosines() -> None:
    vectors = ExactVectors(["east", "north", "northeast"], np.array([[1, 0], [0, 1], [0.6, 0.8]], np.float32))
    found = vectors.search(np.array([1, 0], np.float32), limit=2)
    assert [passage for passage, _ in found] == ["east", "northeast"]
    assert [score for _, score in found] == pytest.approx([1.0, 0.6])


def test_exact_nothing_is_found_among_nothing() -> None:
    empty = ExactVectors([], np.zeros((0, 2), np.float32))
    assert empty.search(np.array([1, 0], np.float32), limit=5) == []


def test_exact_ids_and_vectors_must_be_equally_many() -> None:
    with pytest.raises(ValueError, match="1 ids for 2 vectors"):
        ExactVectors(["one"], np.zeros((2, 2), np.float32))


@given(
    st.lists(st.sampled_from([-1.0, -0.5, 0.0, 0.5, 1.0]), max_size=40),
    st.integers(min_value=0, max_value=45),
)
def test_exact_finds_what_sorting_everything_finds(cosines: list[float], limit: int) -> None:
    ids = [str(row) for row in range(len(cosines))]
    vectors = ExactVectors(ids, np.array(cosines, np.float32).reshape(-1, 1))
    expected = sorted(zip(ids, cosines, strict=True), key=lambda pair: -pair[1])[:limit]
    assert vectors.search(np.array([1.0], np.float32), limit) == expected

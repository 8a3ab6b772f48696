from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.fusion import fuse
from index.hit import Scores

SCORES = st.dictionaries(
    st.text(max_size=3), st.builds(Scores, dense=st.floats(-1, 1), lexical=st.floats(0, 50)), max_size=12
)
WEIGHT = st.floats(0, 1)


def test_fusion_each_score_counts_by_its_share_of_the_best() -> None:
    fused = fuse({"a": Scores(0.8, 5.0), "b": Scores(0.4, 10.0)}, dense_weight=0.75)
    assert fused == [("a", pytest.approx(0.875)), ("b", pytest.approx(0.625))]


def test_fusion_a_question_without_known_words_is_ranked_by_meaning() -> None:
    fused = fuse({"a": Scores(0.1, 0.0), "b": Scores(0.2, 0.0)}, dense_weight=0.5)
    assert fused == [("b", 0.5), ("a", 0.25)]


def test_fusion_of_what_is_in_another_language_meaning_alone_counts() -> None:
    scores = {"a": Scores(0.8, 4.0), "b": Scores(0.8, 0.0), "c": Scores(0.4, 0.0)}
    assert fuse(scores, dense_weight=0.5, by_meaning={"b", "c"}) == [("a", 1.0), ("b", 1.0), ("c", 0.5)]


def test_fusion_opposite_meaning_counts_as_none() -> None:
    assert fuse({"a": Scores(-0.5, 1.0)}, dense_weight=0.5) == [("a", 0.5)]


@given(SCORES, WEIGHT)
def test_fusion_fused_scores_are_shares_in_falling_order(scores: dict[str, Scores], weight: float) -> None:
    fused = fuse(scores, weight)
    assert {id_ for id_, _ in fused} == scores.keys()
    assert all(0 <= score <= 1 + 1e-9 for _, score in fused)
    assert fused == sorted(fused, key=lambda pair: (-pair[1], pair[0]))


@given(SCORES, WEIGHT)
def test_fusion_what_is_better_in_both_is_never_behind(scores: dict[str, Scores], weight: float) -> None:
    fused = dict(fuse(scores, weight))
    for a, left in scores.items():
        for b, right in scores.items():
            if left.dense >= right.dense and left.lexical >= right.lexical:
                assert fused[a] >= fused[b]

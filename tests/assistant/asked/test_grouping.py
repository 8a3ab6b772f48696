from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from assistant.ask import Assistant
from assistant.asked.grouping import LEAST_COSINE, group_alike
from tests.hashing_encoder import HashingEncoder


def test_group_alike_brings_together_what_means_the_same(helper: Assistant) -> None:
    questions = [
        "When does Harlow Bridge reopen?",
        "How much did the merger cost?",
        "When will the Harlow bridge open again?",
        "What was the price of the merger?",
        "How do I reset my password?",
    ]

    assert group_alike(helper.stages.encoder.embed_passages(questions)) == [[0, 2], [1, 3], [4]]


@given(st.lists(st.sampled_from(["a b c", "a b d", "x y", "x y z", "q"]), max_size=12))
def test_group_alike_puts_each_row_into_one_group_and_equal_ones_together(texts: list[str]) -> None:
    groups = group_alike(HashingEncoder().embed_passages(texts))

    assert sorted(row for group in groups for row in group) == list(range(len(texts)))
    assert groups == sorted(map(sorted, groups))
    for text in set(texts):
        assert len({number for number, group in enumerate(groups) for row in group if texts[row] == text}) == 1


def test_group_alike_goes_by_the_mean_over_all_pairs() -> None:
    # The third is near the second alone; on average it is too far from both.
    angles = np.radians([0, 30, 70])
    vectors = np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)

    assert np.cos(np.radians(40)) > LEAST_COSINE > (np.cos(np.radians(40)) + np.cos(np.radians(70))) / 2
    assert group_alike(vectors) == [[0, 1], [2]]

"""Grouping of questions by meaning."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from index.encoders.encoder import Vectors

LEAST_COSINE = 0.65
"""Mean cosine from which two groups become one. Of 41 pairs of 30 questions that mean the same, 31 come together, and 8
pairs that do not, such as one thing asked of two countries; at .6 it is 35 and 10, at .75 22 and 8."""


def group_alike(vectors: Vectors) -> list[list[int]]:
    """Return the rows of `vectors` in groups, by agglomerative clustering with average linkage (UPGMA).

    The two groups whose members are nearest on average become one, as long as they are near enough. The first member
    of each group comes first in `vectors`, and so do the first groups. Takes n² numbers, and at most n³ steps.
    """
    count = len(vectors)
    nearness = vectors @ vectors.T
    np.fill_diagonal(nearness, -np.inf)
    groups = [[row] for row in range(count)]
    for one, other in _merges(nearness):
        groups[one] += groups[other]
        groups[other] = []
    return [sorted(group) for group in groups if group]


def _merges(nearness: Vectors) -> Iterator[Sequence[int]]:
    """Yield pairs of groups, the lower first, which takes in the other."""
    sizes = np.ones(len(nearness))
    while nearness.size:
        one, other = sorted(map(int, divmod(int(nearness.argmax()), len(nearness))))
        if nearness[one, other] < LEAST_COSINE:
            return
        yield one, other
        both = (sizes[one] * nearness[one] + sizes[other] * nearness[other]) / (sizes[one] + sizes[other])
        nearness[one] = nearness[:, one] = both
        nearness[one, one] = -np.inf
        nearness[other] = nearness[:, other] = -np.inf
        sizes[one] += sizes[other]

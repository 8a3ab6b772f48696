"""Weights of 4 bits: blocks of 32 numbers from -8 to 7, with a float16 that they are multiplied by.

In a file, `<name>.quarters` holds (rows, blocks, 16) bytes, each with a number of the block's first half in its lower
four bits and one of its second half above; `<name>.scales` holds (rows, blocks, 1).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.encoders.weights import Weights

QUARTERS, SCALES = ".quarters", ".scales"

ZERO = 8
"""What is stored for a 0."""

ROWS_ON_DEMAND = "embeddings.word_embeddings.weight"
"""Of this one few rows are used at a time, so that these are multiplied out when they are."""


def multiplied_out(weights: Weights) -> Weights:
    """Return the weights as float32, but for `ROWS_ON_DEMAND`; the same ones when none has 4 bits."""
    whole: dict[str, NDArray[Any]] = {}
    for name, array in weights.items():
        ours = name.removesuffix(QUARTERS)
        if name.startswith(ROWS_ON_DEMAND) or not name.endswith((QUARTERS, SCALES)):
            whole[name] = array
        elif name.endswith(QUARTERS):
            whole[ours] = _multiplied(array, weights[ours + SCALES])
    return whole


def _multiplied(quarters: NDArray[np.uint8], scales: NDArray[np.float16]) -> NDArray[np.float32]:
    numbers = np.concatenate([quarters & 15, quarters >> 4], axis=2).astype(np.float32) - ZERO
    return (numbers * scales.astype(np.float32)).reshape(len(quarters), -1)

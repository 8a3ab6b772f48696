"""How a claim or question and a text stand in the model's input; its training makes them by the same function.

`[CLS] asked [SEP] context [SEP] text [SEP]`, only the text with the second token type; no context, no separator for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

MOST_TOKENS, MOST_ASKED, MOST_CONTEXT = 384, 128, 60
"""Of all together, of the claim or question, and of the context."""


@dataclass(frozen=True, slots=True)
class Input:
    """Token ids, and the position in them where the text begins."""

    ids: list[int]
    text: int


def joined(
    asked: Sequence[int],
    context: Sequence[int],
    text: Sequence[int],
    classifier: int,
    separator: int,
    most: int = MOST_TOKENS,
) -> Input:
    """Join tokens. Of a text that is too long for `most` tokens the end is not read, of a context the beginning."""
    before = [classifier, *asked[:MOST_ASKED], separator]
    if context:
        before += [*context[-MOST_CONTEXT:], separator]
    return Input([*before, *text[: most - len(before) - 1], separator], len(before))


_WIDTH_STEP = 32
"""Inputs are as wide as a multiple of this many tokens: the runtime prepares each width once."""


def buckets(inputs: Sequence[Input]) -> list[list[int]]:
    """Return the positions of inputs that are read together: those of about one width, so that little is padding."""
    by_width: dict[int, list[int]] = {}
    for position, one in enumerate(inputs):
        by_width.setdefault(_width(one), []).append(position)
    return list(by_width.values())


def _width(one: Input) -> int:
    return -(-len(one.ids) // _WIDTH_STEP) * _WIDTH_STEP


def arrays(inputs: Sequence[Input]) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Return token ids, attention and token types, each (inputs, width)."""
    shape = len(inputs), max(map(_width, inputs))
    ids, attention, types = (np.zeros(shape, dtype=np.int64) for _ in range(3))
    for row, one in enumerate(inputs):
        size = len(one.ids)
        ids[row, :size] = one.ids
        attention[row, :size] = 1
        types[row, one.text : size] = 1
    return ids, attention, types

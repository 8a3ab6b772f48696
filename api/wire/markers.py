"""Markers: the `[n]` behind a sentence by which people find its sources."""

from __future__ import annotations

from collections.abc import Iterable


def with_marker(sentence: str, numbers: Iterable[int]) -> str:
    """Return `The chips. [1][3]`: each number once, in order of citation."""
    return sentence + " " + "".join(f"[{number}]" for number in dict.fromkeys(numbers))

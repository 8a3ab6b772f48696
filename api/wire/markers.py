"""Markers: the `[n]` behind a sentence by which people find its sources."""

from __future__ import annotations

import re
from collections.abc import Iterable

LIKE_A_MARKER = r"\[[^\S\n]*\d(?:[\d,;–-]|[^\S\n])*\]"
"""Numbers in brackets, as articles have them for notes of their own, or to pass as cited."""

_LIKE_A_MARKER = re.compile(LIKE_A_MARKER)


def with_marker(sentence: str, numbers: Iterable[int]) -> str:
    """Return `The chips. [1][3]`: each number once, in order of citation; the sentence alone where it cites nothing."""
    markers = "".join(f"[{number}]" for number in dict.fromkeys(numbers))
    return f"{sentence} {markers}" if markers else sentence


def without_foreign_markers(text: str) -> str:
    r"""Return plain text of an article in which its own numbers in brackets look unlike markers: `\[2]`."""
    return _LIKE_A_MARKER.sub(r"\\\g<0>", text)

"""Letters of one kind in several forms."""

from __future__ import annotations

_AS_MATCHED = str.maketrans("İıſ\N{KELVIN SIGN}０１２３４５６７８９％．￥", "iisk0123456789%.¥")


def as_matched(text: str) -> str:
    """Replace the few letters that a pattern which ignores case takes for i, s or k, though `str.lower` does not, and
    digits as wide as a Chinese letter.

    Places stay the same: each letter becomes one.
    """
    return text.translate(_AS_MATCHED)

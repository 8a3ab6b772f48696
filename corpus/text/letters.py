"""Letters of one kind in several forms."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from corpus.text.scripts import HAN

_AS_MATCHED = str.maketrans("İıſ\N{KELVIN SIGN}０１２３４５６７８９％．￥", "iisk0123456789%.¥")

_HAN = re.compile(f"[{HAN}]")


def as_matched(text: str) -> str:
    """Replace the few letters that a pattern which ignores case takes for i, s or k, though `str.lower` does not,
    digits as wide as a Chinese letter, and traditional letters of Chinese.

    Places stay the same: each letter becomes one.
    """
    return simplified(text.translate(_AS_MATCHED))


def simplified(text: str) -> str:
    """Return a text as long in which traditional letters of Chinese are simplified ones: 半導體 is 半导体.

    Letters whose simplified form depends on their word are always replaced, so that what comes out is for comparing.
    """
    return text.translate(_simplified_letters()) if _HAN.search(text) else text


@cache
def _simplified_letters() -> Mapping[int, int]:
    path = Path(__file__).parent / "chinese" / "simplified.toml"
    letters = tomllib.loads(path.read_text(encoding="utf-8"))["simplified"]
    return str.maketrans(*("".join(letters[form].split()) for form in ("traditional", "simplified")))

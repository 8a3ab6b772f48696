"""Chinese, Japanese and Korean together: how they write numbers and dates, for the most part in the same letters."""

from __future__ import annotations

from pathlib import Path

from corpus.text.lexicons import Language

EAST_ASIAN = Language(Path(__file__).parent / "lexicons", "mul")
"""Read when its first list is asked for."""

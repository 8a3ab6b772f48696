"""Chinese: its lexicons and the names of parties."""

from __future__ import annotations

from pathlib import Path

from corpus.text.lexicons import Language

CHINESE = Language(Path(__file__).parent / "lexicons", "zh")
"""Read when its first list is asked for."""

"""English: its word lists and the names of parties. Another language is another folder beside this one."""

from __future__ import annotations

from pathlib import Path

from corpus.text.lexicons import Language

ENGLISH = Language(Path(__file__).parent / "lexicons", "en")
"""Read when its first list is asked for."""

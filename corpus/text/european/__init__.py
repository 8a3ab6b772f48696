"""European languages beside English: so far only the words that tell which of them a text is in."""

from __future__ import annotations

from pathlib import Path

from corpus.text.lexicons import Language

EUROPEAN = Language(Path(__file__).parent / "lexicons", "mul")
"""Read when its first list is asked for."""

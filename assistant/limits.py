"""How much may be asked at once; clients of the command line, which load no model, say so too."""

from __future__ import annotations

MAX_QUESTION_CHARACTERS = 2_000
"""Nobody asks more in one question; an encoder reads a tenth of it."""

MAX_CHECKED_CHARACTERS, MAX_CHECKED_SENTENCES = 10_000, 50
"""Of a text that is checked: each sentence takes about a tenth of a second."""

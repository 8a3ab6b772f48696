"""Text that reaches a terminal. Titles, quotes and file names come from strangers: none of it may steer it.

Nothing else prints; the linter holds that (T20, banned names).
"""

from __future__ import annotations

import json
import re
import sys
from typing import TYPE_CHECKING

from corpus.text.invisible import without_hidden

if TYPE_CHECKING:
    from pydantic import BaseModel

_STEERING = re.compile(
    r"""
      \x1b\[ [0-?]* [ -/]* [@-~]?     # control sequences: colours, cursor movements, erasing
    | [\x00-\x08\x0b-\x1f\x7f-\x9f]  # control characters but tab and newline; disarms all other sequences
    """,
    re.VERBOSE,
)


def harmless(text: str) -> str:
    """Return `text` without anything that a terminal would obey instead of show, or show in another order."""
    return without_hidden(_STEERING.sub("", text))


def one_line(text: str) -> str:
    """Return `text`, harmless and on one line."""
    return " ".join(harmless(text).split())


def say(text: str = "") -> None:
    """Print a result."""
    print(harmless(text), flush=True)


def say_piece(text: str) -> None:
    """Print a piece of a result, whose rest follows on the same line."""
    print(harmless(text), end="", flush=True)


def tell(text: str) -> None:
    """Print a remark: an error, a warning, progress. Never mixed into results that a program may read."""
    print(harmless(text), file=sys.stderr, flush=True)


def say_json(body: BaseModel | dict[str, object]) -> None:
    """Print one JSON document. ASCII only: it survives any encoding, and hides no control character."""
    value = body if isinstance(body, dict) else body.model_dump(mode="json")
    print(json.dumps(value, indent=2), flush=True)


def say_json_line(value: dict[str, object]) -> None:
    """Print one JSON object on one line, in ASCII, too."""
    print(json.dumps(value, separators=(",", ":")), flush=True)

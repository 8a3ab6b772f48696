"""Files of JSON objects, one a line, as other people's programs write them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any


class NotAnObject(ValueError):
    """The message ends a sentence that begins with the line's place."""


def parse_object(line: str) -> dict[str, Any]:
    """Return the object that a line holds. Raise `NotAnObject` for anything that could not be written again as JSON."""
    try:
        value = json.loads(line, parse_constant=_refuse)
    except json.JSONDecodeError as error:
        raise NotAnObject(f"is not JSON ({error.msg} at column {error.colno}).") from None
    except NotAnObject:
        raise
    except (ValueError, RecursionError):
        raise NotAnObject("holds a number of thousands of digits, or is nested too deeply.") from None
    if not isinstance(value, dict):
        raise NotAnObject("is not a JSON object.")
    # Half a surrogate pair can only come from an escape, and breaks whatever it is written to.
    if "\\ud" in line.lower() and not _is_encodable(value):
        raise NotAnObject("holds half of a surrogate pair, which is no character.")
    return value


def write_objects(file: Path, values: Iterable[Mapping[str, Any]]) -> None:
    """Write one JSON object a line."""
    with file.open("w", encoding="utf-8") as lines:
        for value in values:
            lines.write(json.dumps(value, ensure_ascii=False, allow_nan=False) + "\n")


def _refuse(constant: str) -> None:
    raise NotAnObject(f"holds {constant}, which is no JSON.")


def _is_encodable(value: dict[str, Any]) -> bool:
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True

"""Gold questions as JSON, one a line: our own format."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from assistant.evaluation.gold import BadLine, GoldQuestion, make_question
from assistant.evaluation.json_lines import NotAnObject, parse_object


def read_jsonl(path: Path) -> Iterator[tuple[str, GoldQuestion | BadLine]]:
    for place, value in read_objects(path):
        yield place, value if isinstance(value, BadLine) else make_question(value, place)


def read_objects(path: Path) -> Iterator[tuple[str, dict[str, Any] | BadLine]]:
    """Yield the JSON object of each line that is not empty, with its place."""
    with path.open(encoding="utf-8-sig") as lines:
        for number, line in enumerate(lines, start=1):
            if line.strip():
                place = f"{path.name} line {number}"
                yield place, _parse(line, place)


def _parse(line: str, place: str) -> dict[str, Any] | BadLine:
    try:
        return parse_object(line)
    except NotAnObject as error:
        return BadLine(place, str(error))

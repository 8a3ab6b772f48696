"""Gold questions as a table with a header: columns `question`, `answer`, optionally `source` and any others.

`source` is the document (its URL, `_id` or path) that answers. Rows without an `id` are numbered. Other
columns named like a field of the JSONL format (`answerable`) mean the same; the rest are for slices.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from assistant.evaluation.errors import BadGold
from assistant.evaluation.gold import BadLine, GoldQuestion, make_question

_DELIMITERS = (",", ";", "\t")
"""Spreadsheets write semicolons where the comma is the decimal sign."""


def read_table(path: Path) -> Iterator[tuple[str, GoldQuestion | BadLine]]:
    with path.open(encoding="utf-8-sig", newline="") as lines:
        rows = csv.DictReader(lines, delimiter=_delimiter(lines.readline(), path))
        # The header was read to see the delimiter; the reader wants it first.
        lines.seek(0)
        try:
            for row in rows:
                place = f"{path.name} line {rows.line_num}"
                yield place, _question(row, f"row-{rows.line_num}", place)
        except csv.Error as error:
            raise BadGold(f"{path} line {rows.line_num}: {error}.") from None


def _delimiter(header: str, path: Path) -> str:
    for delimiter in _DELIMITERS:
        if "question" in next(csv.reader([header.lower()], delimiter=delimiter), []):
            return delimiter
    raise BadGold(f"{path}: the first line names no column `question`; name the columns question, answer.")


def _question(row: Mapping[str | None, Any], default_id: str, place: str) -> GoldQuestion | BadLine:
    if None in row:
        return BadLine(place, "has more cells than the header; quote cells that hold the delimiter.")
    cells = {name.strip().lower(): cell.strip() for name, cell in row.items() if name and cell and cell.strip()}
    answer, source = cells.pop("answer", None), cells.pop("source", None)
    return make_question(
        {"id": default_id, "answers": answer, **cells, "evidence": [{"doc_id": source}] if source else []},
        place,
    )

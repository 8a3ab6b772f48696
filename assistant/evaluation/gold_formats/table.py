"""Gold questions as a table with a header: columns `question`, `answer`, optionally `source` and any others.

`source` is the document (its URL, `_id` or path) that answers. Rows without an `id` are numbered. Other
columns named like a field of the JSONL format (`answerable`) mean the same; the rest are for slices.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from difflib import get_close_matches
from io import StringIO
from pathlib import Path
from typing import Any

from assistant.evaluation.errors import BadGold
from assistant.evaluation.gold import BadLine, GoldQuestion, make_question
from corpus.text.encoding import NotText, decode

_DELIMITERS = (",", ";", "\t")
"""Spreadsheets write semicolons where the comma is the decimal sign."""


_NAMES = ("answer", "answers", "source", "answerable")
"""Columns that mean something; others that are nearly named so are mistakes, which would cost all their cells."""


def read_table(path: Path) -> Iterator[tuple[str, GoldQuestion | BadLine]]:
    lines = StringIO(_text(path), newline="")
    rows = csv.DictReader(lines, delimiter=_delimiter(lines.readline(), path), strict=True)
    # The header was read to see the delimiter; the reader wants it first.
    lines.seek(0)
    begins = 1
    try:
        _refuse_misspelt(rows.fieldnames or (), path)
        for row in rows:
            place = f"{path.name} line {rows.line_num}"
            begins = rows.line_num + 1
            if _is_filled(row):
                yield place, _question(row, f"row-{rows.line_num}", place)
    except csv.Error as error:
        raise BadGold(f"{path} line {begins}: a cell is quoted wrongly, or its quote never closed ({error}).") from None


def _text(path: Path) -> str:
    """Read the file in whatever encoding the spreadsheet has saved it, as articles are read."""
    try:
        return decode(path.read_bytes())
    except NotText as reason:
        raise BadGold(f"{path} is no table: {reason} Save it as CSV.") from None


def _delimiter(header: str, path: Path) -> str:
    for delimiter in _DELIMITERS:
        with suppress(csv.Error):
            names = next(csv.reader([header.lower()], delimiter=delimiter), [])
            if "question" in (name.strip() for name in names):
                return delimiter
    raise BadGold(f"{path}: the first line names no column `question`; name the columns question, answer.")


def _refuse_misspelt(header: Sequence[str], path: Path) -> None:
    names = [name.strip().lower() for name in header]
    for name in names:
        near = get_close_matches(name, _NAMES, n=1, cutoff=0.75)
        if near and name not in _NAMES and near[0] not in names:
            raise BadGold(f"{path}: there is a column `{name}`; if `{near[0]}` is meant, name it so, else otherwise.")


def _is_filled(row: Mapping[str | None, Any]) -> bool:
    """Whether a row has a filled cell: spreadsheets write rows of empty ones below the last, and cells behind it."""
    cells = [*row.values(), *row.get(None, ())]
    return any(isinstance(cell, str) and cell.strip() for cell in cells)


def _question(row: Mapping[str | None, Any], default_id: str, place: str) -> GoldQuestion | BadLine:
    if any(cell.strip() for cell in row.get(None, ())):
        return BadLine(place, "has more cells than the header; quote cells that hold the delimiter.")
    cells = {name.strip().lower(): cell.strip() for name, cell in row.items() if name and cell and cell.strip()}
    answer, source = cells.pop("answer", None), cells.pop("source", None)
    return make_question(
        {"id": default_id, "answers": answer, **cells, "evidence": [{"doc_id": source}] if source else []},
        place,
    )

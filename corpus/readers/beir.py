"""BEIR corpora: a JSON object a line, `{"_id", "title", "text", "metadata": {"published", "url", "source", "format"}}`.

Thakur et al. 2021, "BEIR: A Heterogeneous Benchmark for Zero-shot Evaluation of Information Retrieval".
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from corpus.errors import UnreadableSource
from corpus.readers.draft import Draft, unforeseen
from corpus.readers.source_file import MAX_FILE_BYTES, opened, printable
from corpus.readers.text_blocks import FORMATS, structure_of_text
from corpus.text.canonical import canonical_text

_MAX_ID_CHARS = 1_000

_NOT_IN_AN_ID = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


class _BadLine(ValueError):
    """The message follows "line n: "."""


def read_beir(path: Path) -> Iterator[Draft | UnreadableSource]:
    """Yield one draft a line; a line that cannot be one is an error in its place, and the next line follows.

    `_id` is kept exactly. Holds one line and all ids in memory. Raises `UnreadableSource` if the file fails.
    """
    first_lines: dict[str, int] = {}
    with opened(path) as file:
        for number, line in lines_of(file):
            try:
                yield _read_line(line, number, first_lines)
            except _BadLine as problem:
                yield UnreadableSource(printable(path), f"line {number}: {problem}")
            except Exception as error:  # the next line is another article
                yield UnreadableSource(printable(path), f"line {number}: {unforeseen(error)}")


def is_beir(path: Path) -> bool:
    """Whether the first object of a file has the `_id` of BEIR, or it has none. Raises `UnreadableSource`."""
    with opened(path) as file:
        try:
            return "_id" in _parse(next(lines_of(file))[1])
        except (_BadLine, StopIteration):
            return True


def lines_of(file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """Lines that hold something, counted from 1; of one that is too long only the beginning."""
    number = 0
    while line := file.readline(MAX_FILE_BYTES + 1):
        number += 1
        if line.strip():
            yield number, line
        while not line.endswith(b"\n") and (rest := file.readline(MAX_FILE_BYTES)):
            line = rest


def _read_line(line: bytes, number: int, first_lines: dict[str, int]) -> Draft:
    if len(line) > MAX_FILE_BYTES:
        raise _BadLine(f"it is longer than {MAX_FILE_BYTES // 2**20} MiB, the most for one article.")
    draft = _draft(_parse(line))
    if draft.external_id in first_lines:
        raise _BadLine(f"its _id is already that of line {first_lines[draft.external_id]}.")
    first_lines[draft.external_id or ""] = number
    return draft


def _parse(line: bytes) -> dict[str, object]:
    try:
        record = json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise _BadLine("it is not UTF-8.") from None
    except (ValueError, RecursionError):
        raise _BadLine("it is not JSON.") from None
    if not isinstance(record, dict):
        raise _BadLine("it is not a JSON object.")
    return record


def _draft(record: dict[str, object]) -> Draft:
    metadata = record.get("metadata")
    known = metadata if isinstance(metadata, dict) else {}
    structured = structure_of_text(canonical_text(_text(record, "text") or ""), _markup(known))
    if not structured.text:
        raise _BadLine("it has no text.")
    return Draft(
        text=structured.text,
        blocks=structured.blocks,
        title=_text(record, "title"),
        url=_text(known, "url"),
        publisher=_text(known, "source"),
        author=_text(known, "author"),
        language=_text(known, "language"),
        published=_text(known, "published"),
        date_source="metadata",
        external_id=_id(record),
    )


def _markup(metadata: dict[str, object]) -> str | None:
    """Return what the text is said to be; None when nothing is said."""
    written = _text(metadata, "format")
    if written is not None and written not in FORMATS:
        raise _BadLine(f"its metadata's format is none of {', '.join(FORMATS)}.")
    return written


def _id(record: dict[str, object]) -> str:
    written = record.get("_id")
    found = str(written) if isinstance(written, int) else written
    if not isinstance(found, str) or not found.strip():
        raise _BadLine("it has no _id.")
    if len(found) > _MAX_ID_CHARS or _NOT_IN_AN_ID.search(found):
        raise _BadLine("its _id is too long or holds control characters.")
    return found


def _text(record: dict[str, object], key: str) -> str | None:
    value = record.get(key)
    return value if isinstance(value, str) else None

"""Tables of articles: CSV, TSV, and JSON Lines, a row an article, its columns known by their usual names or as told."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from io import TextIOWrapper
from pathlib import Path
from typing import BinaryIO

from corpus.errors import UnreadableSource
from corpus.readers.draft import Draft, unforeseen
from corpus.readers.source_file import MAX_FILE_BYTES, opened, printable
from corpus.text.canonical import canonical_text, one_line
from corpus.text.encoding import NotText, decode

Columns = Mapping[str, str]
"""The column of the source for each field of an article, where its name is not a usual one."""

USUAL_NAMES = {
    "id": ("id", "_id", "external_id", "doc_id", "article_id", "guid", "uuid"),
    "title": ("title", "headline", "subject"),
    "text": ("text", "body", "content", "article", "maintext", "full_text", "story"),
    "url": ("url", "link", "permalink", "source_url"),
    "published": ("published", "published_at", "publication_date", "pub_date", "pubdate", "date_published", "date"),
    "publisher": ("publisher", "source", "publication", "site", "sitename"),
    "author": ("author", "authors", "byline", "creator"),
    "language": ("language", "lang", "locale"),
}
"""The fields of an article, and how columns that hold them are called, the surest first."""

_MAX_ID_CHARS = 1_000
_NOT_IN_AN_ID = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_MOST_COLUMNS = 1_000
_MOST_SHOWN = 20
_MAX_NAME_CHARS = 40
_SNIFFED_BYTES = 1_000_000
_SEPARATORS = ",;\t|"
_BETWEEN_WORDS = re.compile(r"[\s_-]+")


class BadColumns(ValueError):
    """What was given as columns names none of an article's fields; the message is one sentence."""


class _BadRow(ValueError):
    """The message follows "line n: "."""


def columns_of(written: str) -> Columns:
    """Return what `text=body,title=headline` says. Raises `BadColumns`."""
    found: dict[str, str] = {}
    for pair in filter(None, (part.strip() for part in written.split(","))):
        field, equals, column = (part.strip() for part in pair.partition("="))
        if not equals or not column or field not in USUAL_NAMES:
            fields = ", ".join(USUAL_NAMES)
            raise BadColumns(f"'{pair}' is no column: write field=column, where field is one of {fields}.")
        found[field] = column
    return found


def read_table(path: Path, columns: Columns) -> Iterator[Draft | UnreadableSource]:
    """Yield one draft a row of a CSV or TSV file; a bad row is an error in its place. Raises `UnreadableSource`."""
    with opened(path) as file, _wide_fields():
        lines = TextIOWrapper(file, _encoding(path, file), errors="replace", newline="")
        reader = csv.reader(lines, delimiter=_separator(path, lines), strict=False)
        try:
            heads = next(reader, [])
            places = _places(path, heads, columns)
            rows = _Rows(path, places, columns)
            for row in reader:
                if any(cell.strip() for cell in row):
                    yield rows.draft(dict(zip(heads, row, strict=False)), reader.line_num)
        except csv.Error as error:
            raise UnreadableSource(printable(path), f"line {reader.line_num}: it is no table ({error}).") from None


def read_json_lines(
    lines: Iterator[tuple[int, bytes]], path: Path, columns: Columns
) -> Iterator[Draft | UnreadableSource]:
    """Yield one draft a line of JSON; a bad line is an error in its place."""
    rows: _Rows | None = None
    for number, line in lines:
        try:
            record = _record(line)
        except _BadRow as problem:
            yield UnreadableSource(printable(path), f"line {number}: {problem}")
            continue
        if rows is None:
            rows = _Rows(path, _places(path, list(record), columns), columns)
        yield rows.draft(record, number)


class _Rows:
    """Rows of one table: the columns that hold each field, and the ids that were met."""

    def __init__(self, path: Path, places: Mapping[str, Sequence[str]], columns: Columns) -> None:
        self._path = path
        self._places = places
        self._columns = columns
        self._first_lines: dict[str, int] = {}

    def draft(self, row: Mapping[str, object], number: int) -> Draft | UnreadableSource:
        try:
            return self._draft(row, number)
        except _BadRow as problem:
            return UnreadableSource(printable(self._path), f"line {number}: {problem}")
        except Exception as error:  # the next line is another article
            return UnreadableSource(printable(self._path), f"line {number}: {unforeseen(error)}")

    def _draft(self, row: Mapping[str, object], number: int) -> Draft:
        text = canonical_text(self._said(row, "text") or "").strip()
        if not text:
            raise _BadRow("it has no text.")
        return Draft(
            text,
            title=self._said(row, "title"),
            url=self._said(row, "url"),
            publisher=self._said(row, "publisher"),
            author=self._said(row, "author"),
            language=self._said(row, "language"),
            published=self._said(row, "published"),
            date_source="metadata",
            external_id=self._id(row, number),
        )

    def _said(self, row: Mapping[str, object], field: str) -> str | None:
        for place in self._places.get(field, ()):
            value = row.get(place)
            if isinstance(value, str) and value.strip():
                return value
        return None

    def _id(self, row: Mapping[str, object], number: int) -> str | None:
        written = next((row[place] for place in self._places.get("id", ()) if row.get(place) not in (None, "")), None)
        if written is None:
            # An address is an identity; without any the row is known by its place, which is all that there is.
            return None if self._said(row, "url") else f"{self._path.name}#{number}"
        if not isinstance(written, str | int) or not str(written).strip():
            raise _BadRow("its id is no text.")
        found = str(written).strip()
        if len(found) > _MAX_ID_CHARS or _NOT_IN_AN_ID.search(found):
            raise _BadRow("its id is too long or holds control characters.")
        if found in self._first_lines:
            raise _BadRow(f"its id is already that of line {self._first_lines[found]}.")
        self._first_lines[found] = number
        return found


def _places(path: Path, heads: Sequence[str], columns: Columns) -> dict[str, list[str]]:
    """Return the columns that may hold each field. Raises `UnreadableSource` when none holds texts."""
    if len(heads) > _MOST_COLUMNS:
        raise UnreadableSource(printable(path), f"it has {len(heads):,} columns; at most {_MOST_COLUMNS:,} are read.")
    seen = ", ".join(one_line(head, _MAX_NAME_CHARS) for head in heads[:_MOST_SHOWN] if head) or "none"
    for field, column in columns.items():
        if column not in heads:
            raise UnreadableSource(
                printable(path), f"it has no column '{column}' for {field}; its columns are: {seen}."
            )
    by_name = {_plain(head): head for head in reversed(heads)}
    places = {
        field: [columns[field]] if field in columns else [by_name[name] for name in names if name in by_name]
        for field, names in USUAL_NAMES.items()
    }
    if not places["text"]:
        raise UnreadableSource(
            printable(path), f"no column is called text; its columns are: {seen}; name it with --columns text=NAME."
        )
    return places


def _plain(head: str) -> str:
    return _BETWEEN_WORDS.sub("_", head.strip().lstrip("\ufeff").lower())


def _encoding(path: Path, file: BinaryIO) -> str:
    """Return the encoding of a table's beginning: UTF-8 or what editors wrote before it."""
    sample = file.read(_SNIFFED_BYTES)
    file.seek(0)
    if sample.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    whole = sample[: sample.rfind(b"\n") + 1] or sample
    try:
        decode(whole)
    except NotText as reason:
        raise UnreadableSource(printable(path), str(reason)) from None
    try:
        whole.decode("utf-8")
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8-sig"


def _separator(path: Path, lines: TextIOWrapper) -> str:
    """Return what stands most often in the first line."""
    if path.suffix.lower() == ".tsv":
        return "\t"
    first = lines.readline(_SNIFFED_BYTES)
    lines.seek(0)
    return max(_SEPARATORS, key=first.count)


@contextmanager
def _wide_fields() -> Iterator[None]:
    """Let a cell hold an article, while a table is read."""
    before = csv.field_size_limit(MAX_FILE_BYTES)
    try:
        yield
    finally:
        csv.field_size_limit(before)


def _record(line: bytes) -> dict[str, object]:
    if len(line) > MAX_FILE_BYTES:
        raise _BadRow(f"it is longer than {MAX_FILE_BYTES // 2**20} MiB, the most for one article.")
    try:
        record = json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise _BadRow("it is not UTF-8.") from None
    except (ValueError, RecursionError):
        raise _BadRow("it is not JSON.") from None
    if not isinstance(record, dict):
        raise _BadRow("it is not a JSON object.")
    return record

"""The formats that are read, each declared once, with the names of its files and its parser."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePath

from corpus.errors import UnreadableSource
from corpus.readers.beir import is_beir, lines_of, read_beir
from corpus.readers.draft import Draft
from corpus.readers.html import MAX_PAGE_BYTES, parse_html
from corpus.readers.markdown import parse_markdown
from corpus.readers.rows import Columns, read_json_lines, read_table
from corpus.readers.source_file import MAX_FILE_BYTES, opened, printable, read_bytes
from corpus.readers.text_file import parse_plain_text
from corpus.readers.untrusted import in_child

BEIR_CORPUS = "corpus.jsonl"
"""Beside it and below, no other table is taken from a folder: those hold queries and gold answers."""

_MOST_MAIL_BYTES = 32 * 2**20
"""Largest e-mail, 32 MiB: more than servers take."""


@dataclass(frozen=True, slots=True)
class Format:
    """A format whose files hold one article each: `parse` takes its bytes and says `origin` when it refuses them.

    `name` is what jobs keep. `most_bytes` is the largest file.
    """

    name: str
    suffixes: tuple[str, ...]
    parse: Callable[[bytes, str], Draft]
    most_bytes: int = MAX_FILE_BYTES

    def read(self, path: Path) -> Iterable[Draft | UnreadableSource]:
        """The one article of a file. Raises `UnreadableSource`."""
        return (self.parse(read_bytes(path, self.most_bytes), printable(path)),)


@dataclass(frozen=True, slots=True)
class CollectionFormat:
    """A format whose files hold many articles each; it is read from disks only."""

    suffixes: tuple[str, ...]
    read: Callable[[Path, Columns], Iterable[Draft | UnreadableSource]]


FORMATS = (
    Format("markdown", (".md", ".markdown"), parse_markdown),
    Format("text", (".txt",), parse_plain_text),
    Format("html", (".html", ".htm"), parse_html, MAX_PAGE_BYTES),
    Format("pdf", (".pdf",), in_child("pdf")),
    Format("docx", (".docx",), in_child("docx")),
    Format("odt", (".odt",), in_child("odt")),
    Format("epub", (".epub",), in_child("epub")),
    Format("rtf", (".rtf",), in_child("rtf")),
    Format("rst", (".rst",), in_child("rst"), MAX_PAGE_BYTES),
    Format("eml", (".eml",), in_child("eml"), _MOST_MAIL_BYTES),
)
"""What a file of one article may be, on a disk or posted."""


def _read_json_lines(path: Path, columns: Columns) -> Iterator[Draft | UnreadableSource]:
    if not columns and (path.name == BEIR_CORPUS or is_beir(path)):
        yield from read_beir(path)
        return
    with opened(path) as file:
        yield from read_json_lines(lines_of(file), path, columns)


COLLECTIONS = (CollectionFormat((".jsonl",), _read_json_lines), CollectionFormat((".csv", ".tsv"), read_table))

_BY_SUFFIX: dict[str, Format | CollectionFormat] = {
    suffix: one for one in (*FORMATS, *COLLECTIONS) for suffix in one.suffixes
}
_BY_NAME = {one.name: one for one in FORMATS}


def format_of(path: PurePath) -> Format | CollectionFormat | None:
    """Return the format that the end of a file's name tells; None for one that is not read."""
    return _BY_SUFFIX.get(path.suffix.lower())


def format_named(name: str) -> Format:
    """The format that jobs keep under this name."""
    return _BY_NAME[name]


def suffixes() -> tuple[str, ...]:
    """Return all ends of names by which a format is known."""
    return tuple(_BY_SUFFIX)


def may_hold_articles(path: PurePath, of_benchmark: bool) -> bool:
    """Whether to read a file that was met in a folder; `of_benchmark` tells that a BEIR corpus is in it or above."""
    is_table = isinstance(format_of(path), CollectionFormat)
    return format_of(path) is not None and (path.name == BEIR_CORPUS or not (is_table and of_benchmark))


def what_folders_may_hold() -> str:
    """Return the ends of names of files that are read, for messages: `.md, .markdown, ...`."""
    return ", ".join(suffixes())

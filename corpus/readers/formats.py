"""The formats that are read, each declared once, with the names of its files and its parser."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path, PurePath

from corpus.errors import UnreadableSource
from corpus.readers.beir import read_beir
from corpus.readers.draft import Draft
from corpus.readers.html import MAX_PAGE_BYTES, parse_html
from corpus.readers.markdown import parse_markdown
from corpus.readers.source_file import MAX_FILE_BYTES, printable, read_bytes
from corpus.readers.text_file import parse_plain_text

BEIR_CORPUS = "corpus.jsonl"
"""In a folder only this file is taken as a BEIR corpus; its neighbours hold queries and gold answers."""


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
    read: Callable[[Path], Iterable[Draft | UnreadableSource]]


FORMATS = (
    Format("markdown", (".md", ".markdown"), parse_markdown),
    Format("text", (".txt",), parse_plain_text),
    Format("html", (".html", ".htm"), parse_html, MAX_PAGE_BYTES),
)
"""What a file of one article may be, on a disk or posted."""

BEIR = CollectionFormat((".jsonl",), read_beir)

_BY_SUFFIX: dict[str, Format | CollectionFormat] = {suffix: one for one in (*FORMATS, BEIR) for suffix in one.suffixes}
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


def may_hold_articles(path: PurePath) -> bool:
    """Whether to read a file that was met in a folder."""
    return path.name == BEIR_CORPUS or isinstance(format_of(path), Format)


def what_folders_may_hold() -> str:
    """Return the names of files that are read in folders, for messages: `.md, .markdown, ..., corpus.jsonl`."""
    return ", ".join((*(suffix for one in FORMATS for suffix in one.suffixes), BEIR_CORPUS))

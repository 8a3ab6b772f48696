"""Whole text files: bytes to canonical text, the white space around it left out."""

from __future__ import annotations

from pathlib import Path

from corpus.canonical import canonical_text
from corpus.encoding import NotText, decode
from corpus.errors import UnreadableSource
from corpus.readers.draft import Draft
from corpus.readers.source_file import printable, read_bytes


def read_plain_text(path: Path) -> Draft:
    """The text complete and verbatim; its title is its first line, which stays in it."""
    return Draft(read_text(path))


def read_text(path: Path) -> str:
    """The canonical text of a file of any encoding. Raises `UnreadableSource`."""
    return canonical_text(decode_source(path, read_bytes(path))).strip()


def decode_source(path: Path, raw: bytes, declared: str | None = None) -> str:
    """`raw` as text; see `corpus.encoding.decode`. Raises `UnreadableSource` naming `path`."""
    try:
        return decode(raw, declared)
    except NotText as reason:
        raise UnreadableSource(printable(path), str(reason)) from None

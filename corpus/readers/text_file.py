"""Whole text files: bytes to canonical text, the white space around it left out."""

from __future__ import annotations

from corpus.errors import UnreadableSource
from corpus.readers.draft import Draft
from corpus.readers.text_blocks import structure_of_text
from corpus.text.canonical import canonical_text
from corpus.text.encoding import NotText, decode


def parse_plain_text(raw: bytes, origin: str) -> Draft:
    """The text without its line wrapping; its title is its first line, which stays in it."""
    structured = structure_of_text(parse_text(raw, origin), "text")
    return Draft(structured.text, structured.blocks)


def parse_text(raw: bytes, origin: str) -> str:
    """Return the canonical text of bytes in any encoding. Raises `UnreadableSource` naming `origin`."""
    return canonical_text(decode_source(origin, raw)).strip()


def decode_source(origin: str, raw: bytes, declared: str | None = None) -> str:
    """Return `raw` as text; see `corpus.text.encoding.decode`. Raises `UnreadableSource` naming `origin`."""
    try:
        return decode(raw, declared)
    except NotText as reason:
        raise UnreadableSource(origin, str(reason)) from None

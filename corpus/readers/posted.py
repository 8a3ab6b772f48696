"""Articles that were sent over a wire rather than found on a disk."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import PurePosixPath

from corpus.article import Article, SourceWarning
from corpus.errors import UnreadableSource
from corpus.job import FIELDS, PostedSource
from corpus.readers.draft import Draft, finish
from corpus.readers.formats import FORMATS, Format, format_named, format_of
from corpus.readers.text_blocks import structure_of_text
from corpus.readers.urls import canonical_url
from corpus.text.canonical import canonical_text, one_line

ORIGIN = "http"
"""All of them count as one source: what was sent before is updated, what came from a file is not."""

_OPEN_DOCUMENT = "application/vnd.oasis.opendocument.text"
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

SUFFIX_OF_MEDIA_TYPE = {
    "text/plain": ".txt",
    "text/markdown": ".md",
    "text/html": ".html",
    "application/xhtml+xml": ".html",
    "application/pdf": ".pdf",
    _WORD: ".docx",
    _OPEN_DOCUMENT: ".odt",
    "application/epub+zip": ".epub",
    "application/rtf": ".rtf",
    "text/rtf": ".rtf",
    "text/x-rst": ".rst",
    "message/rfc822": ".eml",
}
"""Media types (IANA's registry) of bodies that are one file, and how such files' names end."""

_MAX_NAME_CHARS = 200
_NO_SLASH = re.compile(r"[\\/]")


def read_posted(source: PostedSource, most_characters: int) -> tuple[Article, list[SourceWarning]]:
    """Return the article, and what of it was not taken. Raises `UnreadableSource` when it cannot be one."""
    is_file = source.format != FIELDS
    draft = format_named(source.format).parse(source.body, ORIGIN) if is_file else _parse_fields(source.body)
    if len(draft.text) > most_characters:
        raise UnreadableSource(ORIGIN, f"it has more than {most_characters:,} characters, the most for one article.")
    name = source.name or f"text-{hashlib.sha256(draft.text.encode('utf-8')).hexdigest()[:16]}"
    return finish(draft, name, ORIGIN)


def claimed_identity(external_id: str | None, url: str | None) -> str:
    """Return the identity of an article before its text is read; empty when that is its text alone."""
    return one_line(external_id or "", _MAX_NAME_CHARS) or canonical_url(url or "") or ""


def file_name(written: str) -> str:
    """Return the last part of a path that a client calls its file, as one clean line; may be empty."""
    return one_line(_NO_SLASH.split(written)[-1], _MAX_NAME_CHARS)


def format_of_file(name: str) -> str | None:
    """Return the name of a file's format; None for one that is not read, or not over the wire."""
    found = format_of(PurePosixPath(name))
    return found.name if isinstance(found, Format) else None


def format_of_media_type(media_type: str) -> str | None:
    """Return the name of the format of a file that is sent with this type; None for one that is not read."""
    suffix = SUFFIX_OF_MEDIA_TYPE.get(media_type)
    return format_of_file(f"file{suffix}") if suffix else None


def suffixes_of_files() -> list[str]:
    """Return how the names of files end that can be posted."""
    return [suffix for one in FORMATS for suffix in one.suffixes]


def media_types() -> list[str]:
    """Return the media types of files that are read."""
    return [media_type for media_type in SUFFIX_OF_MEDIA_TYPE if format_of_media_type(media_type)]


def _parse_fields(body: bytes) -> Draft:
    """Parse JSON whose fields are strings; only `text` is needed. Its `format` is one of `text_blocks.FORMATS`."""
    given = json.loads(body)
    structured = structure_of_text(canonical_text(given["text"]), given.get("format"))
    return Draft(
        text=structured.text,
        blocks=structured.blocks,
        title=given.get("title"),
        url=given.get("url"),
        publisher=given.get("publisher"),
        author=given.get("author"),
        language=given.get("language"),
        published=given.get("published"),
        date_source="metadata",
        external_id=one_line(given.get("external_id") or "", _MAX_NAME_CHARS) or None,
    )

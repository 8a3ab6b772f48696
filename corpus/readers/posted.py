"""Articles that were sent over a wire rather than found on a disk."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from pathlib import PurePosixPath

from corpus.article import Article, SourceWarning
from corpus.errors import UnreadableSource
from corpus.job import PostedSource, SourceKind
from corpus.readers.draft import Draft, finish
from corpus.readers.html import parse_html
from corpus.readers.markdown import parse_markdown
from corpus.readers.text_file import parse_plain_text
from corpus.readers.urls import canonical_url
from corpus.text.canonical import canonical_text, one_line

ORIGIN = "http"
"""All of them count as one source: what was sent before is updated, what came from a file is not."""

KIND_OF_SUFFIX = {
    ".md": SourceKind.MARKDOWN,
    ".markdown": SourceKind.MARKDOWN,
    ".txt": SourceKind.TEXT,
    ".html": SourceKind.HTML,
    ".htm": SourceKind.HTML,
}

FIELDS = ("text", "title", "external_id", "url", "publisher", "author", "language", "published")
"""What the JSON of `SourceKind.FIELDS` holds, each a string; only `text` is needed."""

_MAX_NAME_CHARS = 200
_NO_SLASH = re.compile(r"[\\/]")

_PARSERS: dict[SourceKind, Callable[[bytes, str], Draft]] = {
    SourceKind.MARKDOWN: parse_markdown,
    SourceKind.TEXT: parse_plain_text,
    SourceKind.HTML: parse_html,
}


def read_posted(source: PostedSource, most_characters: int) -> tuple[Article, list[SourceWarning]]:
    """The article, and what of it was not taken. Raises `UnreadableSource` when it cannot be one."""
    draft = _parse_fields(source.body) if source.kind is SourceKind.FIELDS else _parse_file(source)
    if len(draft.text) > most_characters:
        raise UnreadableSource(ORIGIN, f"it has more than {most_characters:,} characters, the most for one article.")
    name = source.name or f"text-{hashlib.sha256(draft.text.encode('utf-8')).hexdigest()[:16]}"
    return finish(draft, name, ORIGIN)


def claimed_identity(external_id: str | None, url: str | None) -> str:
    """What an article is known by before its text is read; empty when that is its text alone."""
    return one_line(external_id or "", _MAX_NAME_CHARS) or canonical_url(url or "") or ""


def file_name(written: str) -> str:
    """The last part of a path that a client calls its file, as one clean line; may be empty."""
    return one_line(_NO_SLASH.split(written)[-1], _MAX_NAME_CHARS)


def kind_of_file(name: str) -> SourceKind | None:
    """None for a file of a format that is not read."""
    return KIND_OF_SUFFIX.get(PurePosixPath(name).suffix.lower())


def _parse_file(source: PostedSource) -> Draft:
    return _PARSERS[source.kind](source.body, ORIGIN)


def _parse_fields(body: bytes) -> Draft:
    given = json.loads(body)
    return Draft(
        text=canonical_text(given["text"]).strip(),
        title=given.get("title"),
        url=given.get("url"),
        publisher=given.get("publisher"),
        author=given.get("author"),
        language=given.get("language"),
        published=given.get("published"),
        date_source="metadata",
        external_id=one_line(given.get("external_id") or "", _MAX_NAME_CHARS) or None,
    )

"""Markdown, as CommonMark and GitHub have it, with front matter: title, url, publisher, author, published, language."""

from __future__ import annotations

from corpus.block import BlockKind
from corpus.errors import UnreadableSource
from corpus.readers.draft import Draft
from corpus.readers.front_matter import BrokenFrontMatter, split_front_matter
from corpus.readers.pieces import Structured
from corpus.readers.text_blocks import structure_of_text
from corpus.readers.text_file import parse_text


def parse_markdown(raw: bytes, origin: str) -> Draft:
    """Raise `UnreadableSource` when the front matter cannot be read, or says that the file is a draft."""
    try:
        front = split_front_matter(parse_text(raw, origin))
    except BrokenFrontMatter as problem:
        raise UnreadableSource(origin, f"its front matter {problem}") from None
    if front.is_draft:
        raise UnreadableSource(origin, "its front matter says that it is a draft.")
    structured = structure_of_text(front.body, "markdown")
    return Draft(
        text=structured.text,
        blocks=structured.blocks,
        title=front.fields.get("title") or _first_heading(structured),
        url=front.fields.get("url"),
        publisher=front.fields.get("publisher"),
        author=front.fields.get("author"),
        language=front.fields.get("language"),
        published=front.fields.get("published"),
        date_source="front-matter",
        warnings=front.doubts,
    )


def _first_heading(structured: Structured) -> str | None:
    headings = (block for block in structured.blocks if block.kind is BlockKind.HEADING)
    return next((structured.text[block.start : block.end] for block in headings), None)

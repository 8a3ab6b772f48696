"""Markdown as blocks, as CommonMark and GitHub have it."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from corpus.readers.html_blocks import pieces_of_html
from corpus.readers.pieces import Piece

if TYPE_CHECKING:
    from markdown_it import MarkdownIt


def pieces_of_markdown(text: str) -> list[Piece]:
    """Return the pieces of what Markdown shows: no marks, comments or struck text."""
    return pieces_of_html(_parser().render(text))


@cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt
    from mdit_py_plugins.deflist import deflist_plugin
    from mdit_py_plugins.footnote import footnote_plugin

    parser = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    return parser.use(footnote_plugin).use(deflist_plugin)

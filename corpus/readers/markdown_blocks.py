"""Markdown as blocks, as CommonMark and GitHub have it."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from corpus.readers.html_blocks import pieces_of_html
from corpus.readers.pieces import Piece

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_inline import StateInline

_WIKI_LINK = re.compile(
    r"(?P<is_embedded> !? ) \[\[ (?P<page> [^\[\]|\n]{1,200} ) (?: \| (?P<shown> [^\[\]\n]{1,200} ) )? \]\] (?! \( )",
    re.VERBOSE,
)
"""A link as Obsidian and wikis write it."""


def pieces_of_markdown(text: str) -> list[Piece]:
    """Return the pieces of what Markdown shows: no marks, comments or struck text."""
    return pieces_of_html(_parser().render(text))


@cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt
    from mdit_py_plugins.deflist import deflist_plugin
    from mdit_py_plugins.footnote import footnote_plugin

    parser = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    parser.inline.ruler.before("link", "wiki_link", _wiki_link)
    return parser.use(footnote_plugin).use(deflist_plugin)


def _wiki_link(state: StateInline, silent: bool) -> bool:
    """Show a link to another note by its words; what is embedded is not part of this one."""
    link = _WIKI_LINK.match(state.src, state.pos)
    if link is None:
        return False
    if not silent:
        state.push("text", "", 0).content = "" if link["is_embedded"] else link["shown"] or link["page"]
    state.pos = link.end()
    return True

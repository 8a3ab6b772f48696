"""reStructuredText, by docutils: nothing is included, nothing is run.

Of Sphinx's roles and directives, which docutils does not know, the text is kept and what only directs is left out.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from corpus.readers.draft import Draft
from corpus.readers.html_blocks import structure_of
from corpus.readers.text_file import decode_source

if TYPE_CHECKING:
    from docutils import nodes

_SETTINGS = {
    "file_insertion_enabled": False,
    "raw_enabled": False,
    "_disable_config": True,
    "report_level": 5,  # says nothing
    "halt_level": 5,  # stops for nothing
    "syntax_highlight": "none",
    "math_output": "LaTeX",
    "embed_stylesheet": False,
    "stylesheet_path": None,
    "smart_quotes": False,
    "toc_backlinks": False,
    "footnote_references": "superscript",
    "initial_header_level": 1,
}

_ROLES = """
    any ref doc numref download envvar token keyword option term eq index kbd program file samp command
    guilabel menuselection mimetype newsgroup manpage regexp makevar dfn mailheader class func meth mod attr exc data
    const obj type py:class py:func py:meth py:mod py:attr py:exc py:data py:const py:obj c:func c:type c:macro c:member
""".split()
"""Roles of Sphinx; others stay as they are written."""

_KEPT = "versionadded versionchanged deprecated seealso todo only rst-class tab-set tab-item tab dropdown".split()
"""Directives of Sphinx whose content is text."""

_DROPPED = """
    toctree index automodule autoclass autofunction autosummary literalinclude highlight currentmodule module
    sectionauthor codeauthor tabularcolumns glossary-index
""".split()
"""Directives of Sphinx that say what is to be put there, or how."""

_TARGET = re.compile(r"\s* <[^<>]*> \s* $", re.VERBOSE)


def parse(raw: bytes, origin: str) -> Draft:
    """Return text and blocks of a document. Raises `UnreadableSource`."""
    from docutils.core import publish_doctree, publish_from_doctree
    from lxml import html

    _know_sphinx()
    document = publish_doctree(decode_source(origin, raw), settings_overrides=_SETTINGS)
    said = _docinfo(document)
    page = publish_from_doctree(document, writer="html5", settings_overrides=_SETTINGS | {"output_encoding": "utf-8"})
    tree = html.document_fromstring(page)
    for left_out in tree.xpath("//head | //*[contains(@class, 'docinfo')] | //*[contains(@class, 'contents')]"):
        left_out.drop_tree()
    for label in tree.xpath("//aside//span[@class='label'] | //a[@role='doc-noteref']"):
        label.drop_tree()
    found = structure_of(tree)
    return Draft(
        found.text,
        found.blocks,
        title=document.get("title"),
        author=said.get("author") or said.get("authors"),
        published=said.get("date"),
        date_source="rst",
    )


def _docinfo(document: nodes.document) -> dict[str, str]:
    from docutils import nodes

    return {type(field).__name__: field.astext() for info in document.findall(nodes.docinfo) for field in info.children}


def _know_sphinx() -> None:
    from docutils.parsers.rst import directives, roles

    kept, dropped = _directives()
    for name in _ROLES:
        roles.register_local_role(name, _written)  # type: ignore[arg-type]  # its stubs know only references
    for name in _KEPT:
        directives.register_directive(name, kept)
    for name in _DROPPED:
        directives.register_directive(name, dropped)


def _written(
    _name: str, source: str, text: str, *_: object, **__: object
) -> tuple[list[nodes.Node], list[nodes.system_message]]:
    """Return what a role shows: `title <target>` without the target."""
    from docutils import nodes, utils

    shown = _TARGET.sub("", utils.unescape(text)).lstrip("~!")
    return [nodes.inline(source, shown)], []


def _directives() -> tuple[type[Any], type[Any]]:
    from docutils import nodes
    from docutils.parsers.rst import Directive
    from docutils.statemachine import StringList

    class Kept(Directive):  # type: ignore[misc, unused-ignore]
        optional_arguments = 1
        final_argument_whitespace = True
        has_content = True

        def run(self) -> list[nodes.Node]:
            # Text right below a directive, without an empty line, counts as more of its argument.
            below = self.arguments[0].partition("\n")[2].splitlines() if self.arguments else []
            container = nodes.container()
            self.state.nested_parse(StringList(below, source=""), self.content_offset, container)
            self.state.nested_parse(self.content, self.content_offset, container)
            return [container]

    class Dropped(Kept):
        def run(self) -> list[nodes.Node]:
            return []

    return Kept, Dropped

"""OpenDocument texts (.odt): content.xml made into HTML, element by element.

Tracked deletions, comments, hidden text, tables of contents and the heads and feet of pages are left out.
When a document was begun is no date of publication.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from corpus.readers.archive import Archive
from corpus.readers.draft import Draft
from corpus.readers.html_blocks import structure_of

if TYPE_CHECKING:
    from lxml.etree import _Element
    from lxml.html import HtmlElement

_NAMES = {
    "office": "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
    "style": "urn:oasis:names:tc:opendocument:xmlns:style:1.0",
    "text": "urn:oasis:names:tc:opendocument:xmlns:text:1.0",
    "table": "urn:oasis:names:tc:opendocument:xmlns:table:1.0",
    "draw": "urn:oasis:names:tc:opendocument:xmlns:drawing:1.0",
    "fo": "urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0",
    "dc": "http://purl.org/dc/elements/1.1/",
    "meta": "urn:oasis:names:tc:opendocument:xmlns:meta:1.0",
}
_PREFIXES = {uri: prefix for prefix, uri in _NAMES.items()}

_LEFT_OUT = frozenset(
    "text:tracked-changes office:annotation office:annotation-end text:table-of-content text:alphabetical-index "
    "text:illustration-index text:table-index text:hidden-text text:hidden-paragraph office:forms "
    "table:covered-table-cell text:note-citation text:sequence-decls text:variable-decls draw:image "
    "draw:object draw:object-ole svg:title svg:desc".split()
)

_TAGS = {
    "text:list": "ul",
    "text:list-item": "li",
    "text:list-header": "div",
    "table:table": "table",
    "table:table-row": "tr",
    "text:line-break": "br",
    "text:section": "div",
}

_PARAGRAPHS = {
    "title": "h1",
    "quotations": "blockquote",
    "quote": "blockquote",
    "block_20_text": "blockquote",
    "preformatted_20_text": "pre",
    "source_20_code": "pre",
    "caption": "figcaption",
    "illustration": "figcaption",
    "table": "figcaption",
    "figure": "figcaption",
}
"""What paragraphs of these styles are; LibreOffice calls them so in all languages."""

_MOST_BLANKS = 100
_LAST_LEVEL = 6
_MOST_STYLES_ABOVE = 10
_MOST_DEPTH = 150
"""Elements within each other, below the limits of Python; deeper ones are left out."""


def parse(raw: bytes, origin: str) -> Draft:
    """Return text and blocks of a document. Raises `UnreadableSource`."""
    archive = Archive(raw, origin, ".odt")
    if archive.read("META-INF/manifest.xml").find(b"encryption-data") >= 0:
        raise archive.refused("it is encrypted; save it without a password.")
    content = archive.xml("content.xml")
    body = content.find(".//office:body/office:text", _NAMES) if content is not None else None
    if content is None or body is None:
        raise archive.refused("it is no .odt file: it holds no text document.")
    styles = [root for root in (archive.xml("styles.xml"), content) if root is not None]
    found = structure_of(_Writer(_Styles(styles)).html_of(body))
    meta = archive.xml("meta.xml")
    return Draft(
        found.text,
        found.blocks,
        title=_said(meta, "dc:title"),
        author=_said(meta, "meta:initial-creator") or _said(meta, "dc:creator"),
        language=_said(meta, "dc:language"),
    )


def _said(meta: _Element | None, name: str) -> str | None:
    return meta.findtext(f".//{name}", namespaces=_NAMES) if meta is not None else None


class _Styles:
    """What styles say that changes the text."""

    def __init__(self, roots: list[_Element]) -> None:
        self._by_name = {
            style.get(_full("style:name")): style for root in roots for style in root.iterfind(".//style:style", _NAMES)
        }
        self._numbered = {
            style.get(_full("style:name"))
            for root in roots
            for style in root.iterfind(".//text:list-style", _NAMES)
            if (first := next(iter(style), None)) is not None and _short(first) == "text:list-level-style-number"
        }

    def is_numbered(self, list_style: str | None) -> bool:
        return list_style in self._numbered

    def tag_of_paragraph(self, name: str | None) -> str:
        return next((_PARAGRAPHS[one.lower()] for one in self._line(name) if one.lower() in _PARAGRAPHS), "p")

    def tag_of_span(self, name: str | None) -> str:
        """Return `sup`, `sub`, `s` (struck or hidden) or `span`."""
        for style in self._line(name):
            for properties in self._by_name[style].iterfind("style:text-properties", _NAMES) if style in self else ():
                if tag := _tag_of_properties(properties):
                    return tag
        return "span"

    def __contains__(self, name: str) -> bool:
        return name in self._by_name

    def _line(self, name: str | None) -> Iterator[str]:
        """Yield a style's name and those of the styles that it is made from."""
        for _ in range(_MOST_STYLES_ABOVE):
            if not name:
                return
            yield name
            style = self._by_name.get(name)
            name = style.get(_full("style:parent-style-name")) if style is not None else None


def _tag_of_properties(properties: _Element) -> str | None:
    position = (properties.get(_full("style:text-position")) or "").split(" ")[0]
    struck = (properties.get(_full("style:text-line-through-style")) or "none") != "none"
    if struck or properties.get(_full("text:display")) == "none":
        return "s"
    if position in ("super", "sub"):
        return {"super": "sup", "sub": "sub"}[position]
    if position.rstrip("%").lstrip("-").isdecimal() and position not in ("0%", "0"):
        return "sub" if position.startswith("-") else "sup"
    return None


class _Writer:
    """Makes HTML of elements; notes come at the end."""

    def __init__(self, styles: _Styles) -> None:
        self._styles = styles
        self._notes: list[HtmlElement] = []
        self._numbered = False

    def html_of(self, body: _Element) -> HtmlElement:
        made = _new("body")
        self._write_content(body, made, 0)
        made.extend(self._notes)
        return made

    def _write_content(self, element: _Element, into: HtmlElement, depth: int) -> None:
        _add_text(into, element.text)
        for child in element:
            self._write(child, into, depth + 1)
            _add_text(into, child.tail)

    def _write(self, element: _Element, into: HtmlElement, depth: int) -> None:
        name = _short(element)
        if name in _LEFT_OUT or depth > _MOST_DEPTH:
            return
        match name:
            case "text:s":
                _add_text(into, " " * min(_number(element.get(_full("text:c")), 1), _MOST_BLANKS))
            case "text:tab":
                _add_text(into, " ")
            case "text:note":
                self._write_note(element, depth)
            case "text:list":
                self._write_list(element, into, depth)
            case _:
                tag = self._tag(element, name)
                if tag == "pre" and len(into) and into[-1].tag == "pre":  # lines of code are paragraphs
                    _add_text(into[-1], "\n")
                    self._write_content(element, into[-1], depth)
                    return
                made = into if tag is None else self._append(into, tag, element)
                self._write_content(element, made, depth)

    def _tag(self, element: _Element, name: str) -> str | None:
        """Return the element of HTML that it becomes; None where only what is in it counts."""
        match name:
            case "text:h":
                return f"h{min(_number(element.get(_full('text:outline-level')), 1), _LAST_LEVEL)}"
            case "text:p":
                return self._styles.tag_of_paragraph(element.get(_full("text:style-name")))
            case "text:span":
                return self._styles.tag_of_span(element.get(_full("text:style-name")))
            case "table:table-cell":
                return "th" if _short(element.getparent().getparent()) == "table:table-header-rows" else "td"
            case "draw:text-box":
                return "div"
        return _TAGS.get(name)

    def _append(self, into: HtmlElement, tag: str, element: _Element) -> HtmlElement:
        made = _new(tag)
        for said, attribute in (("columns", "colspan"), ("rows", "rowspan")):
            if span := element.get(_full(f"table:number-{said}-spanned")):
                made.set(attribute, span)
        into.append(made)
        return made

    def _write_list(self, element: _Element, into: HtmlElement, depth: int) -> None:
        before = self._numbered
        if style := element.get(_full("text:style-name")):
            self._numbered = self._styles.is_numbered(style)
        made = self._append(into, "ol" if self._numbered else "ul", element)
        self._write_content(element, made, depth)
        self._numbered = before

    def _write_note(self, element: _Element, depth: int) -> None:
        made = _new("div")
        for body in element.iterfind("text:note-body", _NAMES):
            self._write_content(body, made, depth)
        self._notes.append(made)


def _add_text(into: HtmlElement, text: str | None) -> None:
    if not text:
        return
    if len(into):
        into[-1].tail = (into[-1].tail or "") + text
    else:
        into.text = (into.text or "") + text


def _new(tag: str) -> HtmlElement:
    from lxml import html

    return html.Element(tag)


def _full(name: str) -> str:
    prefix, _, local = name.partition(":")
    return f"{{{_NAMES[prefix]}}}{local}"


def _short(element: _Element) -> str:
    if not isinstance(element.tag, str):  # an entity that was not resolved
        return ""
    uri, _, local = element.tag[1:].partition("}")
    return f"{_PREFIXES.get(uri, '')}:{local}"


def _number(written: str | None, default: int) -> int:
    return int(written) if written and written.isdecimal() and len(written) <= len("99999") else default

"""Books (.epub): the pages of the spine in their order, one article a book; its navigation is left out."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from html.entities import html5
from typing import TYPE_CHECKING
from urllib.parse import unquote

from corpus.readers.archive import Archive
from corpus.readers.draft import Draft
from corpus.readers.html_blocks import structure_of

if TYPE_CHECKING:
    from lxml.etree import _Element
    from lxml.html import HtmlElement

_NAMES = {
    "container": "urn:oasis:names:tc:opendocument:xmlns:container",
    "opf": "http://www.idpf.org/2007/opf",
    "dc": "http://purl.org/dc/elements/1.1/",
    "enc": "http://www.w3.org/2001/04/xmlenc#",
}

_PAGES = ("application/xhtml+xml", "text/html")
_NOTE_MARKS = """
    .//a[contains(@role, "doc-noteref") or contains(@role, "doc-backlink") or @*[local-name() = "type"] = "noteref"]
"""
_ENTITY = re.compile(rb"&([A-Za-z][A-Za-z0-9]{1,31};)")
_OF_XML = (b"amp;", b"lt;", b"gt;", b"quot;", b"apos;")


def parse(raw: bytes, origin: str) -> Draft:
    """Return text and blocks of a book. Raises `UnreadableSource`."""
    archive = Archive(raw, origin, ".epub")
    place = _place_of_package(archive)
    package = archive.xml(place)
    if package is None:
        raise archive.refused("it is no .epub file: it does not say where its book is.")
    names = _spine(package, posixpath.dirname(place))
    if _protected(archive) & set(names):
        raise archive.refused("its text is protected (DRM), so that only the seller's programs can read it.")
    found = structure_of(_joined(archive, names))
    return Draft(
        found.text,
        found.blocks,
        title=_said(package, "title"),
        author=_said(package, "creator"),
        publisher=_said(package, "publisher"),
        language=_said(package, "language"),
        published=_said(package, "date"),
        date_source="epub",
    )


def _place_of_package(archive: Archive) -> str:
    container = archive.xml("META-INF/container.xml")
    root = container.find(".//container:rootfile", _NAMES) if container is not None else None
    return (root.get("full-path") or "") if root is not None else ""


def _spine(package: _Element, folder: str) -> list[str]:
    """Return the names of the pages in their order."""
    items = {item.get("id"): item for item in package.iterfind(".//opf:manifest/opf:item", _NAMES)}
    in_order = (items.get(reference.get("idref")) for reference in package.iterfind(".//opf:spine/opf:itemref", _NAMES))
    return [
        posixpath.normpath(posixpath.join(folder, unquote(item.get("href") or "")))
        for item in in_order
        if item is not None and item.get("media-type") in _PAGES and "nav" not in (item.get("properties") or "").split()
    ]


def _protected(archive: Archive) -> set[str]:
    encryption = archive.xml("META-INF/encryption.xml")
    if encryption is None:
        return set()
    return {unquote(reference.get("URI") or "") for reference in encryption.iterfind(".//enc:CipherReference", _NAMES)}


def _joined(archive: Archive, names: list[str]) -> HtmlElement:
    from lxml import html

    book = html.Element("body")
    for name in names:
        for body in _bodies(archive.read(name)):
            body.tag = "div"
            for mark in body.xpath(_NOTE_MARKS):
                mark.drop_tree()
            book.append(body)
    return book


def _bodies(page: bytes) -> Iterator[HtmlElement]:
    from lxml import etree, html

    if not page.strip():
        return
    parser = html.XHTMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, recover=True, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(_ENTITY.sub(_as_character, page), parser)
    except etree.XMLSyntaxError:
        return
    if root is not None:
        html.xhtml_to_html(root)
        yield from root.iter("body")


def _as_character(entity: re.Match[bytes]) -> bytes:
    """Write an entity of HTML, which XML does not know, as a reference that it does."""
    character = html5.get(entity[1].decode("ascii"))
    if character is None or entity[1] in _OF_XML:
        return entity[0]
    return "".join(f"&#{ord(one)};" for one in character).encode("ascii")


def _said(package: _Element, name: str) -> str | None:
    found: str | None = package.findtext(f".//opf:metadata/dc:{name}", namespaces=_NAMES)
    return found

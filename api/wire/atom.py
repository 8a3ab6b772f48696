"""Atom feeds (RFC 4287). What articles and readers wrote is put into them here alone: as text, never as markup."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from xml.etree import ElementTree

from corpus.text.invisible import without_hidden

_ATOM = "http://www.w3.org/2005/Atom"

_NO_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML cannot hold, escaped or not (XML 1.0, 2.2)."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry; `text` is plain, `links` are addresses on this service."""

    id: str
    title: str
    updated: datetime
    text: str
    links: Sequence[str] = ()


def atom_feed(feed_id: str, title: str, address: str, updated: datetime, entries: Sequence[Entry]) -> bytes:
    """Return a feed as UTF-8. `address` is where it is read; ids are URIs without spaces."""
    ElementTree.register_namespace("", _ATOM)
    feed = ElementTree.Element(f"{{{_ATOM}}}feed")
    _add(feed, "id", feed_id)
    _add(feed, "title", title)
    _add(feed, "updated", updated.isoformat())
    _add(feed, "link", rel="self", href=address)
    _add(_add(feed, "author"), "name", "Cited assistant")
    for entry in entries:
        element = _add(feed, "entry")
        _add(element, "id", entry.id)
        _add(element, "title", entry.title)
        _add(element, "updated", entry.updated.isoformat())
        for link in entry.links:
            _add(element, "link", rel="related", href=link)
        _add(element, "content", entry.text, type="text")
    written: bytes = ElementTree.tostring(feed, encoding="utf-8", xml_declaration=True)
    return written


def _add(parent: ElementTree.Element, name: str, text: str = "", **attributes: str) -> ElementTree.Element:
    element = ElementTree.SubElement(parent, f"{{{_ATOM}}}{name}", attributes)
    element.text = _NO_XML.sub("", without_hidden(text)) or None
    return element

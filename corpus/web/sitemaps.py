"""Sitemaps and their indexes (sitemaps.org), read as a stream that keeps nothing but the entries.

No entity is expanded and nothing else is loaded.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from corpus.errors import NotFetched
from corpus.web.listed import Listed, PageList

MOST_ENTRIES = 50_000
"""Entries of one file, by the protocol."""

_MOST_ELEMENTS = 3_000_000
"""Of one file: an entry with all of its pictures and languages has some 50. A few seconds."""

_MAX_FIELD_CHARS = 2_000


def parse_sitemap(body: bytes, url: str) -> PageList:
    """Return the pages of a sitemap, or the sitemaps of an index; of a damaged one those before the damage.

    Raises `NotFetched` for what has none and is no XML.
    """
    from lxml.etree import LxmlError, XMLParser, fromstring

    found = _Entries()
    parser = XMLParser(target=found, resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False)
    try:
        fromstring(body, parser)
    except (LxmlError, ValueError, _TooMuch):
        if not found.pages and not found.sitemaps:
            raise NotFetched(url, "its sitemap is no XML that can be read.") from None
    return PageList(tuple(found.pages.values()), tuple(found.sitemaps))


class _TooMuch(Exception):
    """There are more elements than any sitemap has."""


class _Entries:
    """Hears the parser (lxml's parser target interface) and keeps the entries."""

    def __init__(self) -> None:
        self.pages: dict[str, Listed] = {}
        self.sitemaps: dict[str, None] = {}
        self._fields: dict[str, str] = {}
        self._text: list[str] = []
        self._characters = 0
        self._elements = 0

    def start(self, _tag: str, _attributes: Mapping[str, Any]) -> None:
        self._text, self._characters = [], 0
        self._elements += 1
        if self._elements > _MOST_ELEMENTS:
            raise _TooMuch

    def data(self, text: str) -> None:
        if self._characters < _MAX_FIELD_CHARS:
            self._text.append(text)
            self._characters += len(text)

    def end(self, tag: str) -> None:
        name = tag.rpartition("}")[2]
        if name in ("loc", "lastmod", "publication_date"):
            # The first counts: pictures have addresses, too.
            self._fields.setdefault(name, "".join(self._text).strip()[:_MAX_FIELD_CHARS])
        elif name in ("url", "sitemap"):
            self._add(name, self._fields.get("loc"))
            self._fields = {}

    def close(self) -> None:
        """Nothing is to be built."""

    def _add(self, name: str, place: str | None) -> None:
        if not place or len(self.pages) + len(self.sitemaps) >= MOST_ENTRIES:
            return
        if name == "sitemap":
            self.sitemaps[place] = None
        else:
            published = self._fields.get("publication_date")
            changed = self._fields.get("lastmod") or published
            self.pages.setdefault(place, Listed(place, published=published, changed=changed))

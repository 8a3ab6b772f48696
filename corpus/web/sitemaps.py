"""Sitemaps and their indexes (sitemaps.org), read as a stream: no entity is resolved and nothing else is loaded."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import TYPE_CHECKING

from corpus.errors import NotFetched
from corpus.web.listed import Listed, PageList

if TYPE_CHECKING:
    from lxml.etree import _Element

MOST_ENTRIES = 50_000
"""Entries of one file, by the protocol."""

_MAX_FIELD_CHARS = 2_000


def parse_sitemap(body: bytes, url: str) -> PageList:
    """Return the pages of a sitemap, or the sitemaps of an index. Raises `NotFetched` for what is no XML."""
    from lxml.etree import LxmlError

    pages: dict[str, Listed] = {}
    sitemaps: dict[str, None] = {}
    try:
        for name, fields in _entries(body):
            place = fields.get("loc")
            if place and name == "sitemap":
                sitemaps[place] = None
            elif place:
                published = fields.get("publication_date")
                changed = fields.get("lastmod") or published
                pages.setdefault(place, Listed(place, published=published, changed=changed))
            if len(pages) + len(sitemaps) >= MOST_ENTRIES:
                break
    except LxmlError:
        if not pages and not sitemaps:
            raise NotFetched(url, "its sitemap is no XML that can be read.") from None
    return PageList(tuple(pages.values()), tuple(sitemaps))


def _entries(body: bytes) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield the name of each entry, `url` or `sitemap`, and the texts in it by the names of their elements."""
    from lxml.etree import iterparse

    found = iterparse(
        BytesIO(body),
        tag=("{*}url", "{*}sitemap"),
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
    )
    for _, entry in found:
        yield _name(entry), {_name(part): text for part in entry.iter("{*}*") if (text := _text(part))}
        entry.clear()
        while entry.getprevious() is not None:  # or all that was read would stay in memory
            del entry.getparent()[0]


def _name(element: _Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _text(element: _Element) -> str:
    return (element.text or "").strip()[:_MAX_FIELD_CHARS]

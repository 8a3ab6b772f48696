"""The address that a page declares to be its own.

It is never believed: what it names is fetched, so that an article is always what its address itself gave. It has to be
on the page's own host, or any page could have any other fetched in its place.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from corpus.errors import BadAddress
from corpus.web.addresses import WebAddress

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_HEAD_BYTES = 256 * 1024
"""Where the head of a page ends, whatever scripts stand in it."""

_FRONT_PAGES = ("/", "/index.html", "/index.htm", "/index.php")
"""What misconfigured sites declare for all of their pages."""


def declared_address(page: bytes, found_at: WebAddress) -> WebAddress | None:
    """Return the canonical address of a page (RFC 6596) when it is another one on the same host."""
    tree = _parse(page[:_HEAD_BYTES])
    if tree is None:
        return None
    # Not what a `<base>` says, which pages use for other things.
    links = (link.get("href") or "" for link in tree.iter("link") if _is_canonical(link.get("rel")))
    try:
        declared = found_at.joined(next(links, ""))
    except BadAddress:
        return None
    is_other_page = (declared.origin, declared.target) != (found_at.origin, found_at.target)
    is_page = declared.target not in _FRONT_PAGES
    return declared if is_other_page and is_page and declared.host == found_at.host else None


def _parse(page: bytes) -> HtmlElement | None:
    from lxml.etree import LxmlError
    from lxml.html import HTMLParser, document_fromstring

    try:
        return document_fromstring(page, parser=HTMLParser(no_network=True, huge_tree=False))
    except (LxmlError, ValueError):
        return None


def _is_canonical(rel: str | None) -> bool:
    return "canonical" in (rel or "").lower().split()

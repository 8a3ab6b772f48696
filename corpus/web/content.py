"""What an answer is: a page, another file that can be read, a feed or a sitemap; told by its type and its beginning."""

from __future__ import annotations

import json
import re
from enum import StrEnum
from functools import cache
from mimetypes import MimeTypes
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from corpus.errors import NotFetched
from corpus.readers.formats import FORMATS, Format, format_of
from corpus.text.canonical import one_line
from corpus.text.encoding import in_utf8
from corpus.web.addresses import WebAddress
from corpus.web.bodies import unzipped
from corpus.web.fetcher import Fetched

MOST_LIST_BYTES = 8 * 1024 * 1024
"""Largest feed, 8 MiB: some 20,000 entries, over which the parser is busy for ten seconds."""

MOST_SITEMAP_BYTES = 50 * 1024 * 1024
"""Largest sitemap, unpacked, by its protocol (sitemaps.org)."""

_MARKUP = frozenset({"text/html", "application/xhtml+xml"})
_XML = frozenset({"application/xml", "text/xml", "application/rss+xml", "application/atom+xml", "application/rdf+xml"})
_JSON = frozenset({"application/json", "application/feed+json"})
_GZIP = frozenset({"application/gzip", "application/x-gzip"})
_UNSAID = frozenset({"", "application/octet-stream", "binary/octet-stream", "text/plain"})
"""What servers send when they do not know; then the end of the path says more."""

_FURTHER_TYPES = {"text/markdown": ".md", "text/x-markdown": ".md"}
"""Media types of formats that Python's table does not have."""

_GZIP_BEGINS = b"\x1f\x8b"
_LOOKED_AT_BYTES = 4096
_MAX_SHOWN_CHARS = 60

_ROOT = re.compile(
    rb"""
    \A (?: \xef\xbb\xbf )? \s*
    (?: (?> <\?xml [^>]{0,500} >        # declaration, stylesheet
          | <!-- .{0,1000}? -->
          | <!DOCTYPE [^>\[]{0,300} >   # without declarations of its own, which no feed needs
        ) \s*+
    )*+
    < (?: [A-Za-z]{1,20} : )?
    (?P<root> rss | feed | RDF | urlset | sitemapindex ) [\s>]
    """,
    re.VERBOSE | re.DOTALL,
)


class ListKind(StrEnum):
    """A document that lists pages."""

    FEED = "feed"
    SITEMAP = "sitemap"


_KINDS_BY_ROOT = {
    b"rss": ListKind.FEED,
    b"feed": ListKind.FEED,
    b"RDF": ListKind.FEED,
    b"urlset": ListKind.SITEMAP,
    b"sitemapindex": ListKind.SITEMAP,
}


def most_bytes(media_type: str, address: WebAddress) -> int:
    """Return how large a body of this type may be. Raises `NotFetched` for a type that is not read."""
    if media_type in _XML or media_type in _GZIP or _path(address).suffix.lower() in (".xml", ".gz"):
        return MOST_SITEMAP_BYTES
    if media_type in _JSON:
        return MOST_LIST_BYTES
    found = _format(media_type, address)
    if found is None:
        shown = one_line(media_type, _MAX_SHOWN_CHARS) or "of no known type"
        raise NotFetched(address.url, f"it is {shown}, which is not read.")
    return found.most_bytes


def list_of(fetched: Fetched) -> tuple[ListKind, bytes] | None:
    """Return the kind of a document that lists pages, and its bytes, unpacked; None for a page or other file.

    Raises `NotFetched` for a packed one that cannot be unpacked, or is too large.
    """
    body = fetched.body
    if body.startswith(_GZIP_BEGINS):
        body = unzipped(fetched.address.url, body, MOST_SITEMAP_BYTES)
    if found := _ROOT.match(body[:_LOOKED_AT_BYTES]):
        kind = _KINDS_BY_ROOT[found["root"]]
    elif fetched.media_type in _JSON and b"jsonfeed.org" in body[:_LOOKED_AT_BYTES]:
        kind = ListKind.FEED
    else:
        return None
    if kind is ListKind.FEED and len(body) > MOST_LIST_BYTES:
        raise NotFetched(fetched.address.url, f"it is larger than {MOST_LIST_BYTES // 2**20} MiB, the most for a feed.")
    return kind, body


def format_of_page(fetched: Fetched) -> Format:
    """Return the format by which to read what was fetched. Raises `NotFetched` when there is none."""
    found = _format(fetched.media_type, fetched.address)
    if found is None:
        raise NotFetched(fetched.address.url, "it is neither a page nor a file that is read, nor a feed or sitemap.")
    return found


def body_of_page(fetched: Fetched) -> bytes:
    """The bytes to read: text in UTF-8 where the server named its encoding, which counts more than the page's word."""
    return in_utf8(fetched.body, fetched.charset) if fetched.charset else fetched.body


def json_of(body: bytes) -> object:
    """Parse JSON of any depth and numbers. Raises ValueError."""
    try:
        return json.loads(body)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None


def _format(media_type: str, address: WebAddress) -> Format | None:
    found = format_of(_path(address))
    by_path = found if isinstance(found, Format) else None
    if by_path is not None and media_type in _UNSAID:
        return by_path
    # Of a type that nothing is known of, the end of the path tells: .docx and the like.
    return _formats_by_type().get(media_type) or (by_path if media_type.startswith("application/") else None)


@cache
def _formats_by_type() -> dict[str, Format]:
    """The media types of the formats that are read, as Python's own table has them."""
    types = MimeTypes()
    found = {types.guess_type("x" + suffix)[0]: one for one in FORMATS for suffix in one.suffixes}
    by_suffix = {suffix: one for one in FORMATS for suffix in one.suffixes}
    found |= {name: by_suffix[suffix] for name, suffix in _FURTHER_TYPES.items() if suffix in by_suffix}
    found |= dict.fromkeys(_MARKUP, by_suffix[".html"])
    return {name: one for name, one in found.items() if name is not None}


def _path(address: WebAddress) -> PurePosixPath:
    return PurePosixPath(unquote(urlsplit(address.url).path))

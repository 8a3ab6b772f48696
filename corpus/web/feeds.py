"""Feeds: RSS 0.9 to 2.0, RSS 1.0, Atom, and JSON Feed (jsonfeed.org).

Read by lxml with nothing expanded and nothing loaded. Of the libraries, feedparser needs a millisecond for each entry
of a hostile feed, of which 8 MiB hold 300,000; fastfeedparser loses relative addresses and lifts the parser's limits.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from html import unescape
from html.entities import html5
from itertools import islice
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from corpus.errors import NotFetched
from corpus.web.content import json_of
from corpus.web.listed import Listed, PageList

if TYPE_CHECKING:
    from lxml.etree import _Element

MOST_ENTRIES = 10_000
"""Entries that are looked at: feeds carry what is new, and the longest archives some thousands."""

_MOST_TAGS = 400_000
"""Of a whole feed: each is a node in memory, 60 MB in all, and feeds with all of their texts have some 50,000."""

_MAX_FIELD_CHARS = 2_000

_DUBLIN_CORE = "{http://purl.org/dc/elements/1.1/}"
_CONTENT = "{http://purl.org/rss/1.0/modules/content/}"

_AMPERSAND = re.compile(
    rb"""
    & (?! \# [0-9]{1,7} ;  |  \# x [0-9A-Fa-f]{1,6} ; )  # no number of a letter
    (?: ([A-Za-z][A-Za-z0-9]{1,30}) ; )?                 # the name of one, perhaps
    """,
    re.VERBOSE,
)
_XML_NAMES = frozenset({b"amp", b"lt", b"gt", b"quot", b"apos"})

_TAG = re.compile(r"<[^<>]{0,500}>")


def parse_feed(body: bytes, url: str) -> PageList:
    """Return the entries that have an address. Raises `NotFetched` for what is no feed."""
    return _json_feed(body, url) if body.lstrip()[:1] in (b"{", b"[") else _xml_feed(body, url)


def _xml_feed(body: bytes, url: str) -> PageList:
    if body.count(b"<") > _MOST_TAGS:
        raise NotFetched(url, "it has more entries than are read of one feed.")
    root = _parse_xml(body)
    if root is None or _name(root) not in ("rss", "feed", "RDF"):
        raise NotFetched(url, "it is no feed that can be read.")
    entries = islice(root.iter("{*}item", "{*}entry"), MOST_ENTRIES)
    top = next(root.iter("{*}channel"), root)
    return PageList(_with_address(map(_xml_entry, entries), url), title=_own_text(top, "title"))


def _parse_xml(body: bytes) -> _Element | None:
    from lxml.etree import LxmlError, XMLParser, fromstring

    parser = XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        recover=True,  # half of what is damaged is only a stray sign
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root: _Element | None = fromstring(_AMPERSAND.sub(_mended, body), parser)
    except (LxmlError, ValueError):
        return None
    return root


def _mended(found: re.Match[bytes]) -> bytes:
    """Write an ampersand, or a letter that has a name in HTML only, as XML has it."""
    name = found[1]
    if name is None:
        return b"&amp;"
    if name in _XML_NAMES:
        return found[0]
    letters = html5.get(name.decode("ascii") + ";")
    return b"".join(b"&#%d;" % ord(letter) for letter in letters) if letters else b"&amp;" + name + b";"


def _xml_entry(entry: _Element) -> Listed:
    dated = _own_text(entry, "pubDate") or _own_text(entry, "published") or _text(entry.find(f"{_DUBLIN_CORE}date"))
    updated = _own_text(entry, "updated")
    return Listed(
        url=_joined(entry.base or "", next(_addresses(entry), "")),
        title=_plain(_own_text(entry, "title")),
        # Atom requires only the date of the last change, which is all that many feeds give.
        published=dated or updated,
        changed=updated or dated,
        content=_content(entry),
    )


def _own(entry: _Element, name: str) -> Iterator[_Element]:
    """The parts of that name in the entry's own vocabulary: not the title of its picture."""
    namespace = str(entry.tag).rpartition("}")[0]
    yield from entry.iterchildren(f"{namespace}}}{name}" if namespace else name)


def _own_text(entry: _Element, name: str) -> str | None:
    return next(filter(None, map(_text, _own(entry, name))), None)


def _addresses(entry: _Element) -> Iterator[str]:
    for link in _own(entry, "link"):
        if link.get("rel", "alternate") == "alternate" and (place := link.get("href") or _text(link)):
            yield place.strip()
    for guid in _own(entry, "guid"):
        if guid.get("isPermaLink", "true") == "true" and (place := _text(guid)):
            yield place


def _content(entry: _Element) -> str | None:
    """The whole text of an entry as HTML, if the feed carries it."""
    from lxml.etree import tostring

    encoded = entry.find(f"{_CONTENT}encoded")
    if encoded is not None:
        return str(encoded.text or "")
    for content in _own(entry, "content"):
        if content.get("type") == "html":
            return str(content.text or "")
        if content.get("type") == "xhtml":
            return "".join(tostring(part, encoding="unicode", method="html") for part in content)
    return None


def _json_feed(body: bytes, url: str) -> PageList:
    try:
        feed = json_of(body)
    except ValueError:
        raise NotFetched(url, "its JSON is damaged.") from None
    items = feed.get("items") if isinstance(feed, dict) else None
    if not isinstance(feed, dict) or not isinstance(items, list):
        raise NotFetched(url, "it is no feed that can be read.")
    entries = (_json_entry(item) for item in items[:MOST_ENTRIES] if isinstance(item, dict))
    return PageList(_with_address(entries, url), title=_field(feed.get("title")))


def _json_entry(item: Mapping[str, object]) -> Listed:
    published, modified = _field(item.get("date_published")), _field(item.get("date_modified"))
    content = item.get("content_html")
    return Listed(
        url=_field(item.get("url")) or "",
        title=_field(item.get("title")),
        published=published,
        changed=modified or published,
        content=content if isinstance(content, str) else None,
    )


def _with_address(entries: Iterable[Listed], url: str) -> tuple[Listed, ...]:
    """The entries with an address, each once, whole."""
    found: dict[str, Listed] = {}
    for one in entries:
        if one.url:
            whole = _joined(url, one.url)
            found.setdefault(whole, Listed(whole, one.title, one.published, one.changed, one.content))
    return tuple(found.values())


def _joined(base: str, place: str) -> str:
    try:
        return urljoin(base, place)
    except ValueError:
        return place  # refused, with its reason, when it is fetched


def _name(element: _Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _text(element: _Element | None) -> str | None:
    return None if element is None else _field(element.text)


def _field(value: object) -> str | None:
    return value.strip()[:_MAX_FIELD_CHARS] or None if isinstance(value, str) else None


def _plain(title: str | None) -> str | None:
    """A title without the markup that feeds put into it."""
    return unescape(_TAG.sub("", title)).strip() or None if title else None

"""Feeds: RSS and Atom by feedparser, JSON Feed (jsonfeed.org) by its few fields.

feedparser gets bytes, never an address, so that it fetches nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from io import BytesIO
from itertools import islice
from typing import Any
from urllib.parse import urljoin

from corpus.errors import NotFetched
from corpus.web.content import json_of
from corpus.web.listed import Listed, PageList

MOST_ENTRIES = 10_000
"""Entries that are looked at: feeds carry what is new, and the longest archives some thousands."""

_MARKUP = ("text/html", "application/xhtml+xml")

_MAX_FIELD_CHARS = 1_000


def parse_feed(body: bytes, url: str) -> PageList:
    """Return the entries that have an address. Raises `NotFetched` for what is no feed."""
    return _json_feed(body, url) if body.lstrip()[:1] == b"{" else _xml_feed(body, url)


def _xml_feed(body: bytes, url: str) -> PageList:
    import feedparser

    try:
        # Links are relative to where the feed was found, unless it says otherwise.
        feed = feedparser.parse(BytesIO(body), response_headers={"content-location": url})
    except (MemoryError, OSError, ImportError):  # the machine's trouble
        raise
    except Exception as error:  # the parser meets feeds that nobody foresaw
        raise NotFetched(url, f"its feed cannot be taken apart ({type(error).__name__}).") from error
    if not feed.get("version"):
        raise NotFetched(url, "it is no feed that can be read.")
    entries = islice(feed.entries, MOST_ENTRIES)
    return PageList(_with_address(map(_xml_entry, entries), url), title=_text(feed.feed.get("title")))


def _xml_entry(entry: Mapping[str, Any]) -> Listed:
    published = _text(entry.get("published") or entry.get("created"))
    updated = _text(entry.get("updated"))
    return Listed(
        url=_text(entry.get("link")) or "",
        title=_text(entry.get("title")),
        # RSS 1.0 has one date, and Atom one that is required, which is all that many feeds give.
        published=published or updated,
        changed=updated or published,
        content=next((one.get("value") for one in entry.get("content", ()) if one.get("type") in _MARKUP), None),
    )


def _json_feed(body: bytes, url: str) -> PageList:
    try:
        feed = json_of(body)
    except ValueError:
        raise NotFetched(url, "its JSON is damaged.") from None
    items = feed.get("items") if isinstance(feed, dict) else None
    if not isinstance(items, list):
        raise NotFetched(url, "it is no feed that can be read.")
    entries = (_json_entry(item) for item in items[:MOST_ENTRIES] if isinstance(item, dict))
    return PageList(_with_address(entries, url), title=_text(feed.get("title")) if isinstance(feed, dict) else None)


def _json_entry(item: Mapping[str, object]) -> Listed:
    published, modified = _text(item.get("date_published")), _text(item.get("date_modified"))
    content = item.get("content_html")
    return Listed(
        url=_text(item.get("url")) or "",
        title=_text(item.get("title")),
        published=published,
        changed=modified or published,
        content=content if isinstance(content, str) else None,
    )


def _with_address(entries: Iterable[Listed], url: str) -> tuple[Listed, ...]:
    """The entries with an address, each once, whole."""
    found: dict[str, Listed] = {}
    for one in entries:
        if one.url:
            try:
                whole = urljoin(url, one.url)
            except ValueError:
                whole = one.url  # refused, with its reason, when it is fetched
            found.setdefault(whole, Listed(whole, one.title, one.published, one.changed, one.content))
    return tuple(found.values())


def _text(value: object) -> str | None:
    return value.strip()[:_MAX_FIELD_CHARS] or None if isinstance(value, str) else None

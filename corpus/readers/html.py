"""Web pages: main text and metadata by trafilatura, the publication date by what the page declares.

The page is parsed from memory: nothing in it is run, and nothing is fetched.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from corpus.canonical import canonical_text
from corpus.errors import UnreadableSource
from corpus.readers.draft import Draft
from corpus.readers.source_file import printable, read_bytes
from corpus.readers.text_file import decode_source

if TYPE_CHECKING:
    from lxml.html import HtmlElement

MAX_PAGE_BYTES = 4 * 1024 * 1024
"""Largest page, 4 MiB: the extractor needs a second for a megabyte of paragraphs, six for one of links."""

_CHARSET_SOUGHT_BYTES = 1024
"""Where the HTML standard lets a page declare its encoding."""

_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s{0,9}=\s{0,9}["']?([A-Za-z0-9_-]{1,40})""", re.IGNORECASE)

_DATE_METAS = (
    *("article:published_time", "og:published_time", "datepublished", "citation_publication_date"),
    *("parsely-pub-date", "sailthru.date", "pubdate", "publishdate", "publish-date", "publication_date"),
    *("dc.date.issued", "dcterms.issued", "dc.date", "dcterms.date", "dcterms.created", "date"),
)
"""Names under which pages declare when they were published, the most exact first."""


def read_html(path: Path) -> Draft:
    """Main text without navigation and other boilerplate, its blocks separated by blank lines.

    Raises `UnreadableSource`, also when the page holds no article.
    """
    return parse_html(read_bytes(path, MAX_PAGE_BYTES), printable(path))


def parse_html(raw: bytes, origin: str) -> Draft:
    """`read_html` of bytes that are no file."""
    if len(raw) > MAX_PAGE_BYTES:
        raise UnreadableSource(origin, f"it is larger than {MAX_PAGE_BYTES // 2**20} MiB, the most for one page.")
    return _read_page(decode_source(origin, raw, _declared_encoding(raw)), origin)


def _declared_encoding(raw: bytes) -> str | None:
    match = _CHARSET.search(raw[:_CHARSET_SOUGHT_BYTES])
    return match[1].decode("ascii") if match else None


def _read_page(page: str, origin: str) -> Draft:
    import trafilatura

    try:
        tree = trafilatura.load_html(page)
        found = None if tree is None else _extract(tree)
    # The extractor meets pages that nobody foresaw; whatever it stumbles over, the other sources go on.
    except Exception as error:
        raise UnreadableSource(origin, f"its HTML cannot be taken apart ({type(error).__name__}).") from error
    if found is None:
        raise UnreadableSource(origin, "it holds no article text.")
    return found


def _extract(tree: HtmlElement) -> Draft | None:
    import trafilatura

    published, date_source = _declared_date(tree)
    language = tree.get("lang")
    found = trafilatura.bare_extraction(
        tree,
        include_comments=False,
        with_metadata=True,
        # Its own search for a date goes on to guess from the page's text: we take declared ones only.
        date_extraction_params={"original_date": True, "extensive_search": False},
    )
    if not isinstance(found, trafilatura.settings.Document) or not found.text:
        return None
    return Draft(
        text=_separate_blocks(canonical_text(found.text)),
        title=found.title,
        url=found.url,
        publisher=found.sitename,
        author=found.author,
        language=language,
        published=published,
        date_source=date_source,
    )


def _separate_blocks(text: str) -> str:
    """The extractor gives one line for each paragraph, heading, list item and table row."""
    return "\n\n".join(line.strip() for line in text.split("\n") if line.strip())


def _declared_date(tree: HtmlElement) -> tuple[str | None, str | None]:
    """The publication date that the page declares, and where: `json-ld`, `meta` or `time`."""
    for source, dates in (("json-ld", _linked_dates), ("meta", _meta_dates), ("time", _marked_dates)):
        if found := next(dates(tree), None):
            return found, source
    return None, None


def _linked_dates(tree: HtmlElement) -> Iterator[str]:
    for script in tree.iterfind('.//script[@type="application/ld+json"]'):
        for item in _top_items(script.text or ""):
            if isinstance(date := item.get("datePublished"), str):
                yield date


def _top_items(json_text: str) -> Iterator[dict[str, object]]:
    """What the page is, not what it links to: the outermost objects, and those of an outermost `@graph`."""
    try:
        # Pages put raw line ends into strings.
        data = json.loads(json_text, strict=False)
    except (ValueError, RecursionError):
        return
    for item in data if isinstance(data, list) else [data]:
        if isinstance(item, dict):
            graph = item.get("@graph")
            yield from (
                inner for inner in [item, *(graph if isinstance(graph, list) else [])] if isinstance(inner, dict)
            )


def _meta_dates(tree: HtmlElement) -> Iterator[str]:
    declared: dict[str, str] = {}
    for meta in tree.iterfind(".//meta[@content]"):
        name = meta.get("property") or meta.get("name") or meta.get("itemprop") or ""
        declared.setdefault(name.lower(), meta.get("content"))
    return (declared[name] for name in _DATE_METAS if declared.get(name))


def _marked_dates(tree: HtmlElement) -> Iterator[str]:
    return (
        time.get("datetime")
        for time in tree.iterfind(".//time[@datetime]")
        if time.get("itemprop") == "datePublished" or time.get("pubdate") is not None
    )

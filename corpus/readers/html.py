"""Web pages: main text and metadata by trafilatura, the publication date by what the page declares.

The page is parsed from memory: nothing in it is run, and nothing is fetched.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import replace
from typing import TYPE_CHECKING

from corpus.block import BlockKind
from corpus.errors import UnreadableSource
from corpus.readers.draft import Draft
from corpus.readers.extraction import declared, load_page
from corpus.readers.page_text import article_pieces, fuller
from corpus.readers.pieces import mark_notes
from corpus.readers.structured import structured
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

_HIDDEN = """
    .//*[@hidden and not(self::body)]
    | .//*[@aria-hidden="true" and not(descendant-or-self::body or descendant-or-self::main
                                       or descendant-or-self::article or descendant-or-self::h1)]
"""
"""What a page does not show. Pages saved while a dialogue was open have `aria-hidden` on all the rest: that is kept."""

_NO_TEXT = (BlockKind.FURNITURE, BlockKind.HEADING, BlockKind.CAPTION)
"""Blocks that alone make no article."""


def parse_html(raw: bytes, origin: str) -> Draft:
    """Main text without navigation and other boilerplate, its blocks separated by blank lines.

    Raises `UnreadableSource` naming `origin`, also when the page holds no article.
    """
    if len(raw) > MAX_PAGE_BYTES:
        raise UnreadableSource(origin, f"it is larger than {MAX_PAGE_BYTES // 2**20} MiB, the most for one page.")
    return _read_page(decode_source(origin, raw, _declared_encoding(raw)), origin)


def _declared_encoding(raw: bytes) -> str | None:
    match = _CHARSET.search(raw[:_CHARSET_SOUGHT_BYTES])
    return match[1].decode("ascii") if match else None


def _read_page(page: str, origin: str) -> Draft:
    try:
        tree = load_page(page)
        found = None if tree is None else _extract(tree)
    except (MemoryError, OSError, ImportError):  # the machine's trouble
        raise
    # The extractor meets pages that nobody foresaw; whatever it stumbles over, the other sources go on.
    except Exception as error:
        raise UnreadableSource(origin, f"its HTML cannot be taken apart ({type(error).__name__}).") from error
    if found is None:
        raise UnreadableSource(origin, "it holds no article text.")
    return found


def _extract(tree: HtmlElement) -> Draft | None:
    metadata = _metadata(tree)
    _drop_hidden(tree)
    linked_texts = list(_linked_texts(tree))
    pieces = article_pieces(tree)
    mark_notes(pieces)
    for text in linked_texts:
        pieces = fuller(pieces, text)
    found = structured(pieces)
    if all(block.kind in _NO_TEXT for block in found.blocks):
        return None
    return replace(metadata, text=found.text, blocks=found.blocks)


def _metadata(tree: HtmlElement) -> Draft:
    """Return what the page declares, without its text. Its author and site are looked for by trafilatura."""
    published, date_source = _declared_date(tree)
    found = declared(deepcopy(tree))
    return Draft(
        text="",
        title=_title_of_live_blog(tree) or found.title,
        url=found.url,
        publisher=found.sitename,
        author=found.author,
        language=tree.get("lang"),
        published=published,
        date_source=date_source,
    )


def _title_of_live_blog(tree: HtmlElement) -> str | None:
    """Return a live blog's own headline, which extractors mistake for that of a post."""
    return next((str(item["headline"]) for item in _linked_items(tree) if _is_live_blog(item)), None)


def _is_live_blog(item: Mapping[str, object]) -> bool:
    return item.get("@type") == "LiveBlogPosting" and isinstance(item.get("headline"), str)


def _drop_hidden(tree: HtmlElement) -> None:
    for element in tree.xpath(_HIDDEN):
        element.drop_tree()


def _declared_date(tree: HtmlElement) -> tuple[str | None, str | None]:
    """The publication date that the page declares, and where: `json-ld`, `meta` or `time`."""
    for source, dates in (("json-ld", _linked_dates), ("meta", _meta_dates), ("time", _marked_dates)):
        if found := next(dates(tree), None):
            return found, source
    return None, None


def _linked_dates(tree: HtmlElement) -> Iterator[str]:
    return (date for item in _linked_items(tree) if isinstance(date := item.get("datePublished"), str))


def _linked_texts(tree: HtmlElement) -> Iterator[str]:
    return (text for item in _linked_items(tree) if isinstance(text := item.get("articleBody"), str))


def _linked_items(tree: HtmlElement) -> Iterator[dict[str, object]]:
    for script in tree.iterfind('.//script[@type="application/ld+json"]'):
        yield from _top_items(script.text or "")


def _top_items(json_text: str) -> Iterator[dict[str, object]]:
    """Yield what describes the page itself, no links: the outermost objects, and those of an outermost `@graph`."""
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

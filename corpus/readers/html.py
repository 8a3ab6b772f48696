"""Web pages: main text and metadata by trafilatura, the publication date by what the page declares.

The page is parsed from memory: nothing in it is run, and nothing is fetched.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from configparser import ConfigParser
from functools import cache
from itertools import zip_longest
from typing import TYPE_CHECKING

from corpus.errors import UnreadableSource
from corpus.readers.draft import Draft
from corpus.readers.text_file import decode_source
from corpus.text.canonical import canonical_text
from corpus.text.english import ENGLISH

if TYPE_CHECKING:
    from lxml.etree import _Element
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

_QUOTED = re.compile(r"""\s*["'«‘“„]""")

_ADVERTISING = re.compile(rf"\W* {ENGLISH.pattern('advertising')} \W*", re.VERBOSE | re.IGNORECASE)
"""A block that says only that an advertisement stands there."""


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
    import trafilatura

    try:
        tree = trafilatura.load_html(page)
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
    import trafilatura

    published, date_source = _declared_date(tree)
    language = tree.get("lang")
    _drop_hidden(tree)
    _write_quotation_marks(tree)
    found = trafilatura.bare_extraction(
        tree,
        config=_extractor_config(),
        include_comments=False,
        with_metadata=True,
        # Its own search for a date goes on to guess from the page's text: we take declared ones only.
        date_extraction_params={"original_date": True, "extensive_search": False},
    )
    if not isinstance(found, trafilatura.settings.Document) or found.body is None:
        return None
    text = _text_of(found.body)
    if not text:
        return None
    return Draft(
        text=text,
        title=found.title,
        url=found.url,
        publisher=found.sitename,
        author=found.author,
        language=language,
        published=published,
        date_source=date_source,
    )


@cache
def _extractor_config() -> ConfigParser:
    """Return settings that accept short texts.

    From a text that it thinks too short the extractor falls back on what runs headline, caption and body together, or
    on words that the page does not show; whatever it found is better.
    """
    from trafilatura.settings import use_config

    config = use_config()
    config["DEFAULT"]["MIN_EXTRACTED_SIZE"] = "1"
    return config


def _drop_hidden(tree: HtmlElement) -> None:
    for element in tree.xpath(_HIDDEN):
        element.drop_tree()


def _write_quotation_marks(tree: HtmlElement) -> None:
    """Write the marks that browsers put around `<q>`, which the extractor would take for a block of its own."""
    for quote in list(tree.iter("q")):
        if not _QUOTED.match(quote.text_content()):
            quote.text = f"“{quote.text or ''}"
            quote.tail = f"”{quote.tail or ''}"
        quote.drop_tag()


def _text_of(body: _Element) -> str:
    """One line for each paragraph, heading, list item and table row; blank lines between them."""
    from trafilatura.xml import xmltotxt

    for table in list(body.iter("table")):
        _write_rows_out(table)
    lines = (line.strip() for line in canonical_text(xmltotxt(body, False)).split("\n"))
    return "\n\n".join(line for line in lines if line and not _ADVERTISING.fullmatch(line))


def _write_rows_out(table: _Element) -> None:
    """Write rows as lines that can be read on their own: `Schools: 2024 4.1bn, 2025 5.2bn`."""
    names: list[str] = []
    for row in list(table.iter("row")):
        parts = list(row.iterchildren("cell"))
        cells = [_text_of_cell(cell) for cell in parts]
        is_header = all(cell.get("role") == "head" for cell, text in zip(parts, cells, strict=True) if text)
        written = ", ".join(filter(None, cells)) if is_header or not names else _named(names, cells)
        names = cells if is_header else names
        row.clear()
        row.tag, row.text = "p", written


def _text_of_cell(cell: _Element) -> str:
    """Return a cell's text on one line, unless it is all of its row, as in pages that are laid out by tables."""
    cell.tag = "p"  # a cell would be written with bars around it, on one line
    lines = _text_of(cell)
    return lines if cell.getnext() is None and cell.getprevious() is None else lines.replace("\n\n", " ")


def _named(names: list[str], cells: list[str]) -> str:
    """The cells of a row after their columns' names; the first cell says what the row is about."""
    values = (f"{name} {cell}".strip() for name, cell in zip_longest(names[1:], cells[1:], fillvalue="") if cell)
    return ": ".join(filter(None, (cells[0], ", ".join(values))))


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

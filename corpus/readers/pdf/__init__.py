"""PDF: letters and rules by PDFium, put together to columns, lines, tables and paragraphs in reading order."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime

from corpus.block import BlockKind
from corpus.errors import UnreadableSource
from corpus.readers.draft import Draft
from corpus.readers.pdf.engine import Document, opened
from corpus.readers.pdf.hyphens import Hyphenation
from corpus.readers.pdf.lines import Line, columns_of, lines_of
from corpus.readers.pdf.page import Page
from corpus.readers.pdf.paragraphs import Paragraph, paragraphs_of
from corpus.readers.pdf.running import without_running
from corpus.readers.pdf.tables import Table, take_aligned, take_ruled
from corpus.readers.pieces import Piece, Structured, join_pieces
from corpus.readers.tables import rows_of, table_pieces
from corpus.text.canonical import canonical_text

_FEWEST_LETTERS = 10
"""Of a page with text; on a scanned one there may be a stamp."""
_FEWEST_PICTURED = 0.3
"""Share of its page that the picture of a scanned page covers."""
_MOST_UNKNOWN = 0.3
"""Share of letters of which a font does not say what they are, before a page is taken for unreadable."""
_MOST_RANGES = 10

_DATE = re.compile(r"D?:?(\d{4})(\d\d)?(\d\d)?")
_XMP_DATE = re.compile(rb"<(?:prism:publicationDate|prism:coverDate)>\s*([0-9T:.+Z-]{4,40})\s*<")
_NO_TITLE = re.compile(
    r"(?: .* \.(?:docx?|tex|dvi|indd|qxd|qxp|rtf|odt|pdf|pages|pptx?|xlsx?|html?) | untitled.* | [\W\d_]* )",
    re.VERBOSE | re.IGNORECASE,
)
_END_MARK, _END_BYTES = b"%%EOF", 4096

_OCR = "OCR (with ocrmypdf, say)"


def parse(raw: bytes, origin: str) -> Draft:
    """Return text and blocks of a document, each block with its page. Raises `UnreadableSource`."""
    with opened(raw, origin) as document:
        pages, damaged = _pages(document)
        found = _structure(pages)
        unread = _unread(pages)
        if not found.text.strip():
            raise UnreadableSource(origin, _why_empty(pages, unread))
        return Draft(
            found.text,
            found.blocks,
            title=_title(document, found),
            author=document.said("Author"),
            published=_published(document, raw),
            date_source="pdf",
            warnings=tuple(_warnings(unread, damaged, raw)),
        )


def _pages(document: Document) -> tuple[list[Page], list[int]]:
    """Return the pages, and the numbers of those that are damaged."""
    numbers = range(1, document.count() + 1)
    read = [(number, document.page(number)) for number in numbers]
    return [page for _, page in read if page], [number for number, page in read if page is None]


def _structure(pages: Sequence[Page]) -> Structured:
    without_running(pages)
    tables: list[Table] = []
    columns: list[list[Line]] = []
    gutters: set[float] = set()
    for page in pages:
        take_ruled(page, tables)
        for number, column in enumerate(columns_of(page.spans, gutters)):
            columns.append(list(lines_of(take_aligned(column, tables), page.number, number)))
    hyphenation = Hyphenation([line.text for column in columns for line in column])
    paragraphs = paragraphs_of(columns)
    return join_pieces(list(_pieces(paragraphs, tables, hyphenation)))


def _pieces(paragraphs: Sequence[Paragraph], tables: Sequence[Table], hyphenation: Hyphenation) -> Iterator[Piece]:
    for paragraph in paragraphs:
        page = paragraph.first.page
        if paragraph.first.table is not None:
            for piece in _rows(tables[paragraph.first.table]):
                piece.page = page
                yield piece
            continue
        text = canonical_text(paragraph.text(hyphenation)).strip("\n").rstrip()
        yield Piece(paragraph.kind, text, paragraph.level, paragraph.ordinal, page=page)


def _rows(table: Table) -> Iterator[Piece]:
    return table_pieces(
        rows_of(table.as_html()), lambda cell: canonical_text(" ".join((cell.text or "").split())).strip()
    )


def _unread(pages: Sequence[Page]) -> list[int]:
    """Return the numbers of pages whose text only a picture shows, or fonts that do not say what letters are."""
    return [
        page.number
        for page in pages
        if (page.characters < _FEWEST_LETTERS and page.pictured > _FEWEST_PICTURED)
        or page.unknown > _MOST_UNKNOWN * max(page.characters, 1)
    ]


def _why_empty(pages: Sequence[Page], unread: Sequence[int]) -> str:
    if unread:
        return f"its pages are pictures of text; they need {_OCR} before they can be read."
    return "it holds no text." if pages else "it is damaged."


def _warnings(unread: Sequence[int], damaged: Sequence[int], raw: bytes) -> Iterator[str]:
    if unread:
        yield f"{_named(unread)} not text but pictures of it; they need {_OCR} to be read."
    if damaged:
        yield f"{_named(damaged)} damaged and left out."
    if _END_MARK not in raw[-_END_BYTES:]:
        yield "it is cut short; what was left of it was read."


def _named(numbers: Sequence[int]) -> str:
    """Return `page 3 is`, or `pages 3-5 and 9 are`."""
    ranges: list[list[int]] = []
    for number in numbers:
        if ranges and number == ranges[-1][1] + 1:
            ranges[-1][1] = number
        else:
            ranges.append([number, number])
    told = [str(first) if first == last else f"{first}-{last}" for first, last in ranges[:_MOST_RANGES]]
    more = ["others"] if len(ranges) > _MOST_RANGES else []
    *most, last_told = [*told, *more]
    names = f"{', '.join(most)} and {last_told}" if most else last_told
    return f"page {names} is" if len(numbers) == 1 else f"pages {names} are"


def _title(document: Document, found: Structured) -> str | None:
    """Return the title that the document gives itself, else the largest heading of its first page."""
    said = document.said("Title")
    if said and not _NO_TITLE.fullmatch(said.strip()):
        return said
    headings = [block for block in found.blocks if block.kind is BlockKind.HEADING and block.page == 1]
    largest = min(headings, key=lambda block: block.level, default=None)
    return found.text[largest.start : largest.end] if largest else None


def _published(document: Document, raw: bytes) -> str | None:
    """Return the day that the document says it was published, else that on which it was made."""
    if said := _XMP_DATE.search(raw):
        return said[1].decode("ascii")
    made = _DATE.match(document.said("CreationDate") or "")
    if not made or not made[2] or not made[3]:
        return None
    try:
        return datetime(int(made[1]), int(made[2]), int(made[3])).date().isoformat()  # noqa: DTZ001 - a day
    except ValueError:
        return None

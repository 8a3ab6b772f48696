"""PDFium, by pypdfium2: documents, pages, letters and where they stand. The one file that knows it.

It is built without JavaScript and XFA. Nothing is rendered, and nothing that a document refers to is opened.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from ctypes import addressof, c_double, c_float, c_int, c_void_p, cast, create_string_buffer
from dataclasses import dataclass
from math import atan2, hypot, pi

import pypdfium2 as pdfium
import pypdfium2.raw as c

from corpus.errors import UnreadableSource
from corpus.readers.pdf.page import Page, Rule
from corpus.readers.pdf.spans import Crop, Letter, letters_of, spans_of, turned, with_bullets

MOST_PAGES = 2_000
"""A page takes up to 30 ms."""

_MOST_LETTERS = 100_000
"""Of one page; a page of a newspaper has 20,000."""

_MOST_OBJECTS = 20_000
"""Of one page that are looked at for rules and pictures: a page of a large table has some thousand."""

_MOST_RULE_WIDTH = 3.0
_FEWEST_RULE_POINTS = 8.0
_MOST_SEGMENTS = 2_000
"""Of one drawing; a table of 500 rows of 10 columns has 511 lines, or each cell its own."""
_SMALLEST_DOT_POINTS, _LARGEST_DOT_POINTS = 1.5, 9.0

_BOLD = re.compile(r"bold|black|heavy|demi|[a-z]{2}bx(?:ti|sl)?\d|cmbx|cmb\d|\.b\+", re.IGNORECASE)
_MONO = re.compile(r"mono|courier|consol|typewriter|cmtt|sftt|ectt|menlo|code", re.IGNORECASE)
_FIXED_PITCH, _FORCE_BOLD = 1 << 0, 1 << 18
"""Flags of fonts (ISO 32000-1, table 123)."""

_FONT_NAME_BYTES = 128
_UNMAPPED = frozenset((0, 0xFFFD, 0xFFFE, 0xFFFF))
_LINE_ENDS = (0x0D, 0x0A)
_HIGH_HALVES, _LOW_HALVES = range(0xD800, 0xDC00), range(0xDC00, 0xE000)
"""Characters beyond 16 bits come as two halves."""
_LINE_END_HYPHEN = 0x2
"""What PDFium writes for a hyphen at the end of a line."""

_QUARTER = pi / 2
_LOCKED = "it is encrypted; save it without a password."
_DAMAGED = "it is no PDF file, or damaged or cut short."


Place = tuple[float, float]


@dataclass(frozen=True, slots=True)
class _Style:
    """What is the same for all letters of one object: their size in points, font, and direction in quarter turns."""

    size: float
    bold: bool
    mono: bool
    turn: int


class Document:
    """An open document."""

    def __init__(self, pdf: pdfium.PdfDocument) -> None:
        self._pdf = pdf
        self._fonts: dict[int, tuple[bool, bool]] = {}

    def count(self) -> int:
        return len(self._pdf)

    def said(self, field: str) -> str | None:
        """Return what the document says of itself under this name (ISO 32000-1, table 317)."""
        return str(self._pdf.get_metadata_value(field)) or None

    def page(self, number: int) -> Page | None:
        """Return a page, from 1; None when it is damaged."""
        try:
            page = self._pdf[number - 1]
            text = page.get_textpage()
        except pdfium.PdfiumError:
            return None
        try:
            return _Reading(page, text, self._fonts).page(number)
        finally:
            text.close()
            page.close()


@contextmanager
def opened(raw: bytes, origin: str) -> Iterator[Document]:
    """Open a document. Raises `UnreadableSource` when it is encrypted, damaged, or has too many pages."""
    try:
        pdf = pdfium.PdfDocument(raw)
    except pdfium.PdfiumError as error:
        is_locked = getattr(error, "err_code", None) in (c.FPDF_ERR_PASSWORD, c.FPDF_ERR_SECURITY)
        raise UnreadableSource(origin, _LOCKED if is_locked else _DAMAGED) from None
    try:
        if len(pdf) > MOST_PAGES:
            raise UnreadableSource(origin, f"it has {len(pdf):,} pages; at most {MOST_PAGES:,} are read: split it.")
        if not len(pdf):
            raise UnreadableSource(origin, _DAMAGED)
        yield Document(pdf)
    finally:
        pdf.close()


class _Reading:
    """The reading of one page."""

    def __init__(self, page: pdfium.PdfPage, text: pdfium.PdfTextPage, fonts: dict[int, tuple[bool, bool]]) -> None:
        self._page = page
        self._text = text
        self._fonts = fonts
        self._styles: dict[int, _Style] = {}

    def page(self, number: int) -> Page:
        left, bottom, right, top = self._page.get_cropbox()
        letters = [
            letter
            for letter in self._letters()
            if left - letter.size <= letter.x <= right + letter.size
            and bottom - letter.size <= letter.y <= top + letter.size
        ]
        turn = _most_frequent([letter.turn for letter in letters if not letter.text.isspace()])
        width, height = right - left, top - bottom
        if turn % 2:
            width, height = height, width
        found = Page(number, width, height)
        upright = [letter.turn_back((left, bottom, right, top)) for letter in letters if letter.turn == turn]
        found.spans = list(spans_of(upright))
        found.characters = sum(not letter.text.isspace() for letter in letters)
        found.unknown = sum(letter.is_unknown for letter in letters)
        self._look_at_objects(found, turn, (left, bottom, right, top))
        found.spans = list(with_bullets(found.spans, found.dots))
        return found

    def _letters(self) -> Iterator[Letter]:
        raw = self._text.raw
        x, y = c_double(), c_double()
        box = c.FS_RECTF()
        high = 0
        for index in range(min(c.FPDFText_CountChars(raw), _MOST_LETTERS)):
            code = c.FPDFText_GetUnicode(raw, index)
            if code in _HIGH_HALVES:
                high = code
                continue
            if code in _LOW_HALVES:
                code = 0x10000 + ((high - 0xD800) << 10) + (code - 0xDC00) if high else 0xFFFD
            high = 0
            if code in _LINE_ENDS and c.FPDFText_IsGenerated(raw, index) != 0:
                continue
            style = self._style(raw, index)
            if style is None:
                continue
            c.FPDFText_GetCharOrigin(raw, index, x, y)
            c.FPDFText_GetLooseCharBox(raw, index, box)
            is_unknown = code in _UNMAPPED or (code > 0xFF and bool(c.FPDFText_HasUnicodeMapError(raw, index) == 1))
            text = "-" if code == _LINE_END_HYPHEN else letters_of(code)
            edges = (box.left, box.right) if style.turn % 2 == 0 else (box.bottom, box.top)
            yield Letter(
                text, x.value, y.value, edges[0], edges[1], style.size, style.bold, style.mono, style.turn, is_unknown
            )

    def _style(self, raw: c.FPDF_TEXTPAGE, index: int) -> _Style | None:
        """Return the style of a letter; None for one that PDFium made up, such as a blank between words."""
        element = c.FPDFText_GetTextObject(raw, index)
        if not element:
            return None
        address = addressof(element.contents)
        if address not in self._styles:
            matrix = c.FS_MATRIX()
            c.FPDFText_GetMatrix(raw, index, matrix)
            size = c.FPDFText_GetFontSize(raw, index) * hypot(matrix.c, matrix.d)
            turn = round(atan2(matrix.b, matrix.a) / _QUARTER) % 4
            bold, mono = self._font(c.FPDFTextObj_GetFont(element))
            self._styles[address] = _Style(max(size, 0.1), bold, mono, turn)
        return self._styles[address]

    def _font(self, font: c.FPDF_FONT) -> tuple[bool, bool]:
        address = cast(font, c_void_p).value or 0
        if address not in self._fonts:
            name = create_string_buffer(_FONT_NAME_BYTES)
            c.FPDFFont_GetBaseFontName(font, name, _FONT_NAME_BYTES)
            flags = max(c.FPDFFont_GetFlags(font), 0)
            written = name.value.decode("latin-1")
            self._fonts[address] = (
                bool(flags & _FORCE_BOLD or _BOLD.search(written)),
                bool(flags & _FIXED_PITCH or _MONO.search(written)),
            )
        return self._fonts[address]

    def _look_at_objects(self, found: Page, turn: int, crop: Crop) -> None:
        raw = self._page.raw
        sides = [c_float() for _ in range(4)]
        for index in range(min(c.FPDFPage_CountObjects(raw), _MOST_OBJECTS)):
            element = c.FPDFPage_GetObject(raw, index)
            kind = c.FPDFPageObj_GetType(element)
            if kind not in (c.FPDF_PAGEOBJ_PATH, c.FPDF_PAGEOBJ_IMAGE):
                continue
            if not c.FPDFPageObj_GetBounds(element, *sides):
                continue
            box = _turned_box(tuple(side.value for side in sides), turn, crop)
            if kind == c.FPDF_PAGEOBJ_IMAGE:
                covered = (box[2] - box[0]) * (box[3] - box[1]) / max(found.width * found.height, 1.0)
                found.pictured = max(found.pictured, covered)
            elif _is_dot(box):
                found.dots.append(Rule(*box))
            else:
                found.rules.extend(_rules_of(element, box, turn, crop))


def _is_dot(box: Crop) -> bool:
    thin, long = sorted((box[2] - box[0], box[3] - box[1]))
    return thin >= _SMALLEST_DOT_POINTS and long <= _LARGEST_DOT_POINTS and long < 1.3 * thin


def _rules_of(element: c.FPDF_PAGEOBJECT, box: Crop, turn: int, crop: Crop) -> Iterator[Rule]:
    """Yield the horizontal and vertical lines of a drawing: a thin box is one, and so are the sides of another."""
    x0, y0, x1, y1 = box
    thin, long = sorted((x1 - x0, y1 - y0))
    if thin <= _MOST_RULE_WIDTH:
        if long >= _FEWEST_RULE_POINTS:
            yield Rule(x0, y0, x1, y1)
        return
    fill, stroke = c_int(), c_int()
    c.FPDFPath_GetDrawMode(element, fill, stroke)
    if stroke.value:  # what is only filled is a background
        for (xa, ya), (xb, yb) in _sides_of(element, turn, crop):
            rule = Rule(min(xa, xb), min(ya, yb), max(xa, xb), max(ya, yb))
            thin, long = sorted((rule.x1 - rule.x0, rule.y1 - rule.y0))
            if thin <= 1.0 and long >= _FEWEST_RULE_POINTS:
                yield rule


def _sides_of(element: c.FPDF_PAGEOBJECT, turn: int, crop: Crop) -> Iterator[tuple[Place, Place]]:
    """Yield the ends of the straight lines of a drawing."""
    matrix, x, y = c.FS_MATRIX(), c_float(), c_float()
    c.FPDFPageObj_GetMatrix(element, matrix)
    begin = last = (0.0, 0.0)
    for index in range(min(c.FPDFPath_CountSegments(element), _MOST_SEGMENTS)):
        segment = c.FPDFPath_GetPathSegment(element, index)
        c.FPDFPathSegment_GetPoint(segment, x, y)
        place = turned(
            matrix.a * x.value + matrix.c * y.value + matrix.e,
            matrix.b * x.value + matrix.d * y.value + matrix.f,
            turn,
            crop,
        )
        kind = c.FPDFPathSegment_GetType(segment)
        if kind == c.FPDF_SEGMENT_LINETO:
            yield last, place
        elif kind == c.FPDF_SEGMENT_MOVETO:
            begin = place
        last = place
        if c.FPDFPathSegment_GetClose(segment):
            yield last, begin


def _turned_box(box: tuple[float, ...], turn: int, crop: Crop) -> Crop:
    (xa, ya), (xb, yb) = turned(box[0], box[1], turn, crop), turned(box[2], box[3], turn, crop)
    return min(xa, xb), min(ya, yb), max(xa, xb), max(ya, yb)


def _most_frequent(turns: list[int]) -> int:
    return max(set(turns), key=turns.count) if turns else 0

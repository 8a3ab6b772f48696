"""Paragraphs, headings, list items and code out of lines, by their distances, edges and letters."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median

from corpus.block import BlockKind
from corpus.readers.pdf.hyphens import Hyphenation, join_all
from corpus.readers.pdf.lines import Line
from corpus.readers.pdf.tables import LEADERS

_OTHER_SIZE = 0.08
"""Share by which the size of letters differs between a paragraph and the next."""
_LARGER = 1.1
"""A heading's letters, beside those of the text."""
_WIDE_LEADING = 1.3
"""Distance to the next paragraph, in distances of lines."""
_INDENT_EM = 0.8
_MOST_HEADING_CHARS = 250
_MOST_HEADING_LINES = 4
_LAST_LEVEL = 6
_EM_OF_LETTER = 0.5
"""Mean width of a letter, in sizes."""
_MOST_LOOKED_BACK = 12
"""Blocks between the halves of a paragraph that a page or column divides: footnotes, tables, captions."""
_FEWEST_LEADINGS = 3

_BULLET = re.compile(r"[•◦▪‣●○■□➢➤✓\u2043\uf000-\uf0ff] ?|o (?=[A-Z])")
_DASH = re.compile(r"[-–—*·] +")
_NUMBERED = re.compile(r"\(? (?: (\d{1,3}) | [a-zA-Z] | [ivx]{1,5} ) [.)] [ ]+ (?=\S)", re.VERBOSE)
_SENTENCE_END = re.compile(r"[.?!:;…。！？][\"'”’»)\]]*$")
_ENDS_HEADING_NOT = re.compile(r"[.,;][\"'”’»)\]]*$")
_SECTION_NUMBER = re.compile(r"(\d{1,2}(?:\.\d{1,2})*)\.? +\S")


@dataclass(slots=True)
class Paragraph:
    """Lines that belong together, and what they are."""

    lines: list[Line]
    kind: BlockKind = BlockKind.PARAGRAPH
    level: int = 0
    ordinal: int | None = None
    mark: str = ""
    """The bullet or number of an item, which its text does not hold."""
    joined: list[Line] = field(default_factory=list)
    """What follows on the next column or page."""

    @property
    def first(self) -> Line:
        return self.lines[0]

    @property
    def last(self) -> Line:
        return (self.joined or self.lines)[-1]

    def text(self, hyphenation: Hyphenation) -> str:
        lines = (*self.lines, *self.joined)
        if self.kind is BlockKind.CODE:
            return _code(lines)
        return join_all((line.text for line in lines), hyphenation).removeprefix(self.mark).strip()


def paragraphs_of(columns: Sequence[Sequence[Line]]) -> list[Paragraph]:
    """Return the paragraphs of all columns of all pages, in order."""
    body = _body_size(columns)
    found: list[Paragraph] = []
    for column in columns:
        of_column = list(_split(column, body))
        for number, paragraph in enumerate(of_column):
            _tell_kind(paragraph, body)
            if number > 0 or not _goes_on(found, paragraph):
                found.append(paragraph)
    _tell_levels(found)
    _tell_depths(found)
    return found


def _body_size(columns: Sequence[Sequence[Line]]) -> float:
    sizes: Counter[float] = Counter()
    for column in columns:
        for line in column:
            sizes[_rounded(line.size)] += len(line.text)
    return max(sizes, key=lambda size: sizes[size]) if sizes else 0.0


def _rounded(size: float) -> float:
    return round(size * 2) / 2


def _split(column: Sequence[Line], body: float) -> Iterator[Paragraph]:
    leading = _leading(column)
    lines: list[Line] = []
    for line in column:
        if lines and _begins(lines, line, leading, body):
            yield Paragraph(lines)
            lines = []
        lines.append(line)
    if lines:
        yield Paragraph(lines)


def _leading(column: Sequence[Line]) -> float:
    """Return the usual distance of lines, in sizes of their letters."""
    leadings = [
        (line.y - below.y) / line.size
        for line, below in pairwise(column)
        if _is_like(line, below) and 0 < line.y - below.y < 3 * line.size
    ]
    if len(leadings) < _FEWEST_LEADINGS:
        return 1.2
    return sorted(leadings)[len(leadings) // 4] if len(leadings) < 8 else _most_usual(leadings)


def _most_usual(leadings: Sequence[float]) -> float:
    counts = Counter(round(one, 1) for one in leadings)
    most = max(counts.values())
    return min(one for one, count in counts.items() if count >= most / 2)


def _is_like(one: Line, other: Line) -> bool:
    return (
        one.table is None
        and other.table is None
        and abs(one.size - other.size) <= _OTHER_SIZE * max(one.size, other.size)
        and one.mono == other.mono
    )


def _begins(lines: Sequence[Line], line: Line, leading: float, body: float) -> bool:
    """Whether a paragraph begins with `line`, after `lines` of another."""
    last = lines[-1]
    if not _is_like(last, line) or last.bold != line.bold:
        return True
    if (last.y - line.y) / line.size > _WIDE_LEADING * leading or last.y < line.y:
        return True
    if line.mono or line.size >= _LARGER * body or (_is_centred(last) and _is_centred(line)):
        return False
    if _BULLET.match(line.text):
        return True
    is_done = _has_room(last, line) or bool(_is_item(lines[0].text) and _is_item(line.text))
    if _is_item(line.text) and (is_done or last.text.endswith(":")):
        return True
    return is_done or _is_indented(lines, line)


def _is_centred(line: Line) -> bool:
    left, right = line.x0 - line.left, line.right - line.x1
    return left > line.size and abs(left - right) < line.size


def _is_item(text: str) -> bool:
    return bool(_BULLET.match(text) or _DASH.match(text) or _NUMBERED.match(text))


def _has_room(last: Line, line: Line) -> bool:
    """Whether the next word would have found room in the last line, which then ended there for a reason."""
    word = line.text.split(" ", 1)[0]
    width = (line.x1 - line.x0) / max(len(line.text), 1)
    needed = width * (len(word) + 1) + _EM_OF_LETTER * line.size
    return last.x1 + needed < last.right


def _is_indented(lines: Sequence[Line], line: Line) -> bool:
    """Whether a line begins further right than its paragraph, or the column where its paragraph has one line."""
    indent = _INDENT_EM * line.size
    if len(lines) == 1:
        # The second line of an item hangs; the second of a paragraph that begins indented goes back.
        return line.x0 > lines[0].x0 + indent and not _is_item(lines[0].text)
    return line.x0 > lines[-1].x0 + indent


def _tell_kind(paragraph: Paragraph, body: float) -> None:
    first, lines = paragraph.first, paragraph.lines
    text = first.text
    if first.table is not None:
        paragraph.kind = BlockKind.ROW
    elif all(line.mono for line in lines):
        paragraph.kind = BlockKind.CODE
    elif LEADERS.search(paragraph.last.text):
        paragraph.kind = BlockKind.FURNITURE
    elif _is_heading(paragraph, body):
        paragraph.kind = BlockKind.HEADING
    elif mark := _BULLET.match(text) or _DASH.match(text) or _NUMBERED.match(text):
        paragraph.kind = BlockKind.ITEM
        paragraph.mark = mark[0]
        number = mark.re is _NUMBERED and mark[1]
        paragraph.ordinal = int(number) if number else None


def _is_heading(paragraph: Paragraph, body: float) -> bool:
    lines = paragraph.lines
    text = " ".join(line.text for line in lines)
    if len(text) > _MOST_HEADING_CHARS or len(lines) > _MOST_HEADING_LINES or not any(map(str.isalpha, text)):
        return False
    size = paragraph.first.size
    if size >= _LARGER * body:
        return True
    is_bold = all(line.bold for line in lines) and size > body * (1 - _OTHER_SIZE)
    return is_bold and not _ENDS_HEADING_NOT.search(text) and not _BULLET.match(text)


def _goes_on(found: list[Paragraph], paragraph: Paragraph) -> bool:
    """Whether the first paragraph of a column goes on with one of the column before; they are joined then."""
    if paragraph.kind is not BlockKind.PARAGRAPH:
        return False
    place = (paragraph.first.page, paragraph.first.column)
    for before in reversed(found[-_MOST_LOOKED_BACK:]):
        if before.kind is BlockKind.HEADING:
            return False
        is_same = _is_like(before.last, paragraph.first) and before.kind in (BlockKind.PARAGRAPH, BlockKind.ITEM)
        if not is_same or (before.last.page, before.last.column) == place:
            continue
        if _is_open(before, paragraph):
            before.joined.extend(paragraph.lines)
            return True
        return False
    return False


def _is_open(before: Paragraph, paragraph: Paragraph) -> bool:
    last, text = before.last, paragraph.first.text
    if last.bold != paragraph.first.bold:
        return False
    if text[0].islower():
        return not _SENTENCE_END.search(last.text) or last.text.endswith((";", ":"))
    fills = last.x1 > last.right - 3 * last.size
    return fills and not _SENTENCE_END.search(last.text)


def _tell_levels(found: Sequence[Paragraph]) -> None:
    """Number the looks of headings: the largest letters first, then bold ones."""
    headings = [paragraph for paragraph in found if paragraph.kind is BlockKind.HEADING]
    looks = sorted({_look(heading) for heading in headings}, reverse=True)
    for heading in headings:
        heading.level = min(looks.index(_look(heading)) + 1, _LAST_LEVEL)


def _look(heading: Paragraph) -> tuple[float, bool, int]:
    number = _SECTION_NUMBER.match(heading.first.text)
    return _rounded(heading.first.size), heading.first.bold, -number[1].count(".") if number else 0


def _tell_depths(found: Sequence[Paragraph]) -> None:
    """Give items their depth by where their marks stand, in each row of items."""
    edges: list[float] = []
    place: tuple[int, int] | None = None
    for paragraph in found:
        if paragraph.kind is not BlockKind.ITEM:
            edges = []
            continue
        first = paragraph.first
        if (first.page, first.column) != place:
            place, edges = (first.page, first.column), []
        while edges and first.x0 < edges[-1] - _INDENT_EM * first.size:
            edges.pop()
        if not edges or first.x0 > edges[-1] + _INDENT_EM * first.size:
            edges.append(first.x0)
        paragraph.level = len(edges)


def _code(lines: Sequence[Line]) -> str:
    left = min(line.x0 for line in lines)
    widths = [(line.x1 - line.x0) / len(line.text) for line in lines]
    letter = max(median(widths), 0.1)
    return "\n".join(" " * min(round((line.x0 - left) / letter), 40) + line.text for line in lines)

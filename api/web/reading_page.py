"""An article as a reading page shows it: its blocks as what they are, with a span of code points marked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, takewhile

from corpus.article import Article
from corpus.block import Block, BlockKind, Cell, Stretch

_BETWEEN_PARAGRAPHS = re.compile(r"\n[^\S\n]*\n\s*")

_DEEPEST = 3
"""Lists within each other that are told apart by their indent."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Text of one block that is marked or not. `first` is the one that a page scrolls to."""

    text: str
    marked: bool
    first: bool = False


@dataclass(frozen=True, slots=True)
class ShownCell:
    """A cell of a table: `scope` is that of a head (`col`, `row`), empty for others.

    `names_marked` tells the heads that say what a marked cell is.
    """

    pieces: tuple[Piece, ...]
    scope: str = ""
    names_marked: bool = False


@dataclass(frozen=True, slots=True)
class ShownBlock:
    """A block with its text; `cells` are those of a row, each in its column."""

    kind: str
    level: int
    pieces: tuple[Piece, ...] = ()
    ordinal: int | None = None
    cells: tuple[ShownCell, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """Blocks that make one list or one table; any other block is a group of its own."""

    kind: str
    blocks: tuple[ShownBlock, ...]

    @property
    def is_numbered(self) -> bool:
        return self.blocks[0].ordinal is not None


def groups(article: Article, start: int, end: int) -> Iterator[Group]:
    """Yield the article's blocks, those of a list or table together; text without blocks as paragraphs.

    [start, end), in code points, is marked; nothing is when it is empty. A first heading that is the title is left out.
    """
    yield from _grouped_blocks(article, _blocks_of(article), (start, end))


def passage_groups(article: Article, passage: Stretch, marked: Stretch) -> Iterator[Group]:
    """Yield the blocks that touch a passage, as `groups` does, with what a reader needs beside them.

    That is the heading above them, the heads of a table whose row is the first, and the article's corrections.
    """
    blocks = _blocks_of(article)
    first = next((place for place, block in enumerate(blocks) if block.end > passage[0]), len(blocks))
    touched = [block for block in blocks[first:] if block.start < passage[1]]
    above = list(_heading_above(blocks, first)) + list(_heads_of_table(blocks, first))
    corrections = [block for block in blocks if block.kind is BlockKind.CORRECTION and block not in touched]
    chosen = sorted((*above, *touched, *corrections), key=lambda block: block.start)
    yield from _grouped_blocks(article, chosen, marked)


def _heading_above(blocks: Sequence[Block], place: int) -> Iterator[Block]:
    if place < len(blocks) and blocks[place].kind is not BlockKind.HEADING:
        yield from [block for block in blocks[:place] if block.kind is BlockKind.HEADING][-1:]


def _heads_of_table(blocks: Sequence[Block], place: int) -> Iterator[Block]:
    """Yield the rows of heads above a row, in the same table."""
    if place == len(blocks) or blocks[place].kind is not BlockKind.ROW:
        return
    rows = takewhile(lambda block: block.kind is BlockKind.ROW, reversed(blocks[:place]))
    yield from (row for row in rows if row.is_head)


def _blocks_of(article: Article) -> Sequence[Block]:
    return article.blocks or tuple(_paragraphs(article.text))


def _grouped_blocks(article: Article, blocks: Sequence[Block], marked: Stretch) -> Iterator[Group]:
    start, end = marked
    marker = _Marker(article.text, start, end)
    for kind, together in groupby(_without_title(article, blocks, start, end), key=_grouped):
        of_group = list(together)
        yield Group(kind, tuple(_table(of_group, marker) if kind == BlockKind.ROW else map(marker.block, of_group)))


def _grouped(block: Block) -> str:
    return block.kind if block.kind in (BlockKind.ITEM, BlockKind.ROW) else f"{block.kind} {block.start}"


def _without_title(article: Article, blocks: Sequence[Block], start: int, end: int) -> Sequence[Block]:
    first = blocks[0] if blocks else None
    if first is None or first.kind is not BlockKind.HEADING:
        return blocks
    is_title = article.text[first.start : first.end] == article.title
    is_marked = start < end and start < first.end
    return blocks[1:] if is_title and not is_marked else blocks


def _paragraphs(text: str) -> Iterator[Block]:
    at = 0
    for gap in (*(match.span() for match in _BETWEEN_PARAGRAPHS.finditer(text)), (len(text), len(text))):
        if at < gap[0]:
            yield Block(BlockKind.PARAGRAPH, at, gap[0])
        at = gap[1]


class _Marker:
    """Cuts text where the mark begins and ends."""

    def __init__(self, text: str, start: int, end: int) -> None:
        self._text = text
        self._start, self._end = start, end
        self._is_first = True

    def block(self, block: Block) -> ShownBlock:
        level = min(block.level, _DEEPEST) if block.kind is BlockKind.ITEM else block.level
        return ShownBlock(block.kind, level, self.pieces(block.start, block.end), block.ordinal)

    def touches(self, begin: int, stop: int) -> bool:
        return max(begin, self._start) < min(stop, self._end)

    def pieces(self, begin: int, stop: int) -> tuple[Piece, ...]:
        start = max(begin, min(self._start, stop))
        end = max(begin, min(max(self._start, self._end), stop))
        cut = ((begin, start, False), (start, end, True), (end, stop, False))
        return tuple(self._piece(left, right, marked) for left, right, marked in cut if left < right)

    def _piece(self, left: int, right: int, marked: bool) -> Piece:
        first = marked and self._is_first
        self._is_first = self._is_first and not marked
        return Piece(self._text[left:right], marked, first)


def _table(rows: Sequence[Block], marker: _Marker) -> Iterator[ShownBlock]:
    """Yield the rows of a table. A cell stands below the head of its column, as far as it has one."""
    columns: dict[Stretch, int] = {}
    cited = [cell for row in rows for cell in row.cells if marker.touches(cell.start, cell.end)]
    names = {head for cell in cited for head in (*cell.column, *cell.row)}
    for row in rows:
        cells: list[ShownCell] = []
        for cell in row.cells:
            place = max(len(cells), columns.get(cell.column[-1], 0) if cell.column else 0)
            cells += [ShownCell(())] * (place - len(cells))
            if row.is_head:
                columns[cell.start, cell.end] = place
            pieces = marker.pieces(cell.start, cell.end)
            cells.append(ShownCell(pieces, _scope(row, cell), (cell.start, cell.end) in names))
        yield ShownBlock(row.kind, row.level, cells=tuple(cells))


def _scope(row: Block, cell: Cell) -> str:
    if row.is_head:
        return "col"
    return "row" if any((cell.start, cell.end) in other.row for other in row.cells) else ""

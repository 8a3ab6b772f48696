"""Tables of HTML: their rows as pieces, in which every cell knows its heads."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise, takewhile
from typing import TYPE_CHECKING

from corpus.block import BlockKind
from corpus.readers.pieces import BETWEEN_CELLS, Piece, PieceCell

if TYPE_CHECKING:
    from lxml.html import HtmlElement

TextOf = Callable[["HtmlElement"], str]

FEWEST_ROWS, FEWEST_COLUMNS = 2, 2
"""A table with less only places things, unless it marks heads."""

_LONGEST_CELL = 200
"""Characters of several paragraphs that a cell of a table may hold; with more it is a part of a page."""

_LONGEST_NUMBER = 6

_SHORT_NUMBER = re.compile(r"\d{1,4}", re.ASCII)

_HEAD_WITH_NUMBER = re.compile(r"\D{0,12} (?: 1[89] | 2[01] ) \d\d \D* | [A-Z] \d \b \D{0,9} (?: \d{4} )?", re.VERBOSE)
"""A year or a quarter, which may well head a column."""

_MOST_SPAN = 60
"""Columns or rows that one cell may cover, and columns in which it may cover rows; HTML allows 1,000 and 65,534, of
which a page could hold more than it has room for cells."""

_MOST_HEAD_ROWS, _MOST_HEADS = 6, 8
"""Rows of heads of columns, and heads of one column or row: what has more is no table that anybody could read."""


def rows_of(table: HtmlElement) -> list[list[HtmlElement]]:
    """Return the cells of each row, those of tables within the table left out."""
    rows = (row for row in table.iterdescendants("tr") if next(row.iterancestors("table")) is table)
    return [list(row.iterchildren("td", "th")) for row in rows]


def is_layout(rows: Sequence[Sequence[HtmlElement]]) -> bool:
    """Return whether a table only places things: it has one column or row, or blocks and tables in its cells."""
    cells = [cell for row in rows for cell in row]
    if len(rows) < FEWEST_ROWS or max(map(len, rows), default=0) < FEWEST_COLUMNS:
        return not any(cell.tag == "th" for cell in cells)
    return any(map(_holds_blocks, cells))


def _holds_blocks(cell: HtmlElement) -> bool:
    if cell.xpath("boolean(.//table | .//h1 | .//h2 | .//h3)"):
        return True
    return len(cell.xpath(".//p")) > 1 and len(cell.text_content()) > _LONGEST_CELL


def table_pieces(rows: Sequence[Sequence[HtmlElement]], text_of: TextOf) -> Iterator[Piece]:
    """Yield the rows of a table. Every cell knows its heads, also where cells cover several columns or rows.

    The first rows that hold nothing but heads are the heads of columns; a table that marks none has them in its first
    row, unless that looks like those below. The first cell of other rows is their head, and one that covers a whole
    row that of all below it.
    """
    grid = list(_grid(rows, text_of))
    head_rows = min(_head_rows(grid), _MOST_HEAD_ROWS)
    is_counted = _counts_rows(grid[head_rows:])
    heads: dict[int, list[PieceCell]] = {}
    group: list[PieceCell] = []
    for number, row in enumerate(grid):
        is_head = number < head_rows
        if is_head:
            for column, cell in row.covering.items():
                if cell.text and all(cell is not above for above in heads.get(column, [])):
                    heads.setdefault(column, []).append(cell)
        elif row.is_group:
            is_head, group = True, row.texts
        else:
            _give_heads(row, heads, group, is_counted)
        yield Piece(BlockKind.ROW, cells=row.own, is_head=is_head)


@dataclass(frozen=True, slots=True)
class _Row:
    """A row of a table `width` columns wide: the cell that covers each column, and the cells that begin in it."""

    covering: dict[int, PieceCell]
    own: list[PieceCell]
    width: int
    below: frozenset[int]
    """Columns whose cell covers rows below, too."""
    in_head: bool

    @property
    def texts(self) -> list[PieceCell]:
        return [cell for cell in self.own if cell.text]

    @property
    def is_group(self) -> bool:
        """Whether one cell stands above what follows: it covers the row, or has nothing beside it in its row."""
        texts, cells = self.texts, {id(cell) for cell in self.covering.values() if cell.text}
        if len(texts) != 1 or len(cells) != 1 or len(self.covering) < self.width or self.width < FEWEST_COLUMNS:
            return False
        return texts[0] is self.covering[0] and (
            self.width > FEWEST_COLUMNS or len(self.own) == 1 or texts[0].is_strong
        )


def _head_rows(grid: Sequence[_Row]) -> int:
    """Return how many rows at the top are heads of columns."""
    titles = len(list(takewhile(lambda row: row.is_group, grid)))
    marked = list(takewhile(_is_marked_head, grid[titles:]))
    while marked and marked[-1].is_group:
        marked.pop()
    if marked:
        return titles + len(marked)
    if titles == len(grid) or any(
        cell.is_head for row in grid for cell in row.own
    ):  # it does mark heads: those of rows
        return 0
    return titles + 1 if _looks_like_heads(grid[titles], grid[titles + 1 :]) else 0


def _is_marked_head(row: _Row) -> bool:
    return bool(row.texts) and (row.in_head or all(cell.is_head for cell in row.texts))


def _looks_like_heads(first: _Row, others: Sequence[_Row]) -> bool:
    """Return whether a row that is not marked holds heads: names above what is measured, or names of many columns."""
    values = [cell.text for column, cell in first.covering.items() if column]
    if any(map(_is_measured, values)):
        return False
    below = (cell.text for row in others for column, cell in row.covering.items() if column)
    return all(cell.is_strong for cell in first.texts) or first.width > FEWEST_COLUMNS or any(map(_is_measured, below))


def _is_measured(text: str) -> bool:
    return any(map(str.isdigit, text)) and _HEAD_WITH_NUMBER.fullmatch(text) is None


def _counts_rows(body: Sequence[_Row]) -> bool:
    """Return whether the first column only numbers the rows, as that of a ranking does."""
    firsts = [row.covering[0].text.rstrip(".") for row in body if 0 in row.covering and not row.is_group]
    if len(firsts) < FEWEST_ROWS or not all(map(_SHORT_NUMBER.fullmatch, firsts)):
        return False
    numbers = [int(text) for text in firsts]
    return numbers[0] <= 1 and all(0 <= after - before <= 1 for before, after in pairwise(numbers))


def _give_heads(row: _Row, heads: dict[int, list[PieceCell]], group: Sequence[PieceCell], is_counted: bool) -> None:
    of_row = _heads_of(row, is_counted)
    own, own_heads = set(map(id, row.own)), set(map(id, of_row))
    for column, cell in row.covering.items():
        if id(cell) in own:
            known = set(map(id, cell.column))
            cell.column = (cell.column + [head for head in heads.get(column, []) if id(head) not in known])[
                :_MOST_HEADS
            ]
            if id(cell) not in own_heads:
                cell.row = [*group, *of_row]


def _heads_of(row: _Row, is_counted: bool) -> list[PieceCell]:
    """Return the cells that are marked as heads of their row; else its first one, and where that covers several rows
    those after it up to one that is this row's own."""
    marked = [cell for cell in row.covering.values() if cell.is_head]
    if marked:
        return list({id(cell): cell for cell in marked}.values())[:_MOST_HEADS]
    found: list[PieceCell] = []
    for column, cell in row.covering.items():
        if is_counted and column == 0 and len(row.covering) > 1:
            continue
        if all(cell is not one for one in found):
            found.append(cell)
        if (column not in row.below and any(cell is one for one in row.own)) or len(found) == _MOST_HEADS:
            break
    return found if len(found) < len(row.covering) else found[:1]


def _grid(rows: Sequence[Sequence[HtmlElement]], text_of: TextOf) -> Iterator[_Row]:
    width = max((sum(_span(cell, "colspan") for cell in row) for row in rows), default=0)
    from_above: dict[int, tuple[PieceCell, int]] = {}
    for row in rows:
        covering = {column: cell for column, (cell, _) in from_above.items()}
        from_above = {column: (cell, left - 1) for column, (cell, left) in from_above.items() if left > 1}
        if not row:
            continue
        own: list[PieceCell] = []
        column = 0
        for element in row:
            while column in covering:
                column += 1
            cell = _cell(element, text_of)
            own.append(cell)
            for _ in range(_span(element, "colspan")):
                covering[column] = cell
                if column < _MOST_SPAN and (below := _span(element, "rowspan") - 1) > 0:
                    from_above[column] = (cell, below)
                column += 1
        if covering:
            in_head = row[0].getparent().getparent().tag == "thead"
            yield _Row(dict(sorted(covering.items())), own, width, frozenset(from_above), in_head)


def _cell(element: HtmlElement, text_of: TextOf) -> PieceCell:
    text = text_of(element).replace(BETWEEN_CELLS, " ")
    return PieceCell(text, is_head=element.tag == "th", is_strong=_is_strong(element))


def _is_strong(element: HtmlElement) -> bool:
    """Return whether all of a cell's text is in bold."""
    inner = list(element)
    return len(inner) == 1 and inner[0].tag in ("b", "strong") and not (element.text or inner[0].tail or "").strip()


def _span(cell: HtmlElement, name: str) -> int:
    return max(1, min(_number(cell.get(name)), _MOST_SPAN))


def _number(written: str | None) -> int:
    return int(written) if written and written.isdecimal() and len(written) < _LONGEST_NUMBER else 1

"""Tables of HTML: their rows as pieces, in which every cell knows its heads."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from corpus.block import BlockKind
from corpus.readers.pieces import BETWEEN_CELLS, Piece, PieceCell

if TYPE_CHECKING:
    from lxml.html import HtmlElement

TextOf = Callable[["HtmlElement"], str]

FEWEST_ROWS, FEWEST_COLUMNS = 2, 2
"""A table with less only places things, unless it marks heads."""

_LONGEST_NUMBER = 6
_MOST_SPAN = 100
"""Columns or rows that one cell may cover; HTML allows 1,000 columns, and 65,534 rows."""


def rows_of(table: HtmlElement) -> list[list[HtmlElement]]:
    """Return the cells of each row, those of tables within the table left out."""
    rows = (row for row in table.iterdescendants("tr") if next(row.iterancestors("table")) is table)
    return [list(row.iterchildren("td", "th")) for row in rows]


def is_layout(rows: Sequence[Sequence[HtmlElement]]) -> bool:
    """Return whether a table only places things: it has one column or row, or blocks and tables in its cells."""
    cells = [cell for row in rows for cell in row]
    if len(rows) < FEWEST_ROWS or max(map(len, rows), default=0) < FEWEST_COLUMNS:
        return not any(cell.tag == "th" for cell in cells)
    return any(cell.xpath("boolean(.//table | .//h1 | .//h2 | .//h3 | .//p[2])") for cell in cells)


def table_pieces(rows: Sequence[Sequence[HtmlElement]], text_of: TextOf) -> Iterator[Piece]:
    """Yield the rows of a table. Every cell knows its heads, also where cells cover several columns or rows.

    The first rows that hold nothing but heads are the heads of columns; a table that marks none has them in its first
    row. The first cell of other rows is their head, and one that covers a whole row that of all below it.
    """
    heads: dict[int, list[PieceCell]] = {}
    group: list[PieceCell] = []
    in_body = False
    for grid_row, own, width in _grid(rows, text_of):
        texts = [cell for cell in own if cell.text]
        is_head = not in_body and bool(texts) and (all(cell.is_head for cell in texts) or not heads)
        if is_head and len({id(cell) for cell in grid_row.values()}) > 1:
            for column, cell in grid_row.items():
                if all(cell is not above for above in heads.get(column, [])):
                    heads.setdefault(column, []).append(cell)
        elif len(texts) == 1 and len(grid_row) == width and len({id(cell) for cell in grid_row.values()}) == 1:
            is_head, group = True, texts
        else:
            in_body = True
            _give_heads(grid_row, own, heads, group)
        yield Piece(BlockKind.ROW, cells=list(own), is_head=is_head)


def _give_heads(
    grid_row: dict[int, PieceCell],
    own: Sequence[PieceCell],
    heads: dict[int, list[PieceCell]],
    group: Sequence[PieceCell],
) -> None:
    first = grid_row[min(grid_row)]
    of_row = [cell for cell in grid_row.values() if cell.is_head] or [first]
    of_row = list({id(cell): cell for cell in of_row}.values())
    begins, heads_row = {id(cell) for cell in own}, {id(cell) for cell in of_row}
    for column, cell in grid_row.items():
        if id(cell) in begins:
            cell.column = cell.column + [head for head in heads.get(column, []) if head not in cell.column]
            if id(cell) not in heads_row:
                cell.row = [*group, *of_row]


def _grid(
    rows: Sequence[Sequence[HtmlElement]], text_of: TextOf
) -> Iterator[tuple[dict[int, PieceCell], list[PieceCell], int]]:
    """Yield for each row the cell that covers each column, the cells that begin in it, and the table's width."""
    width = max((sum(_span(cell, "colspan") for cell in row) for row in rows), default=0)
    from_above: dict[int, tuple[PieceCell, int]] = {}
    for row in rows:
        covering = {column: cell for column, (cell, _) in from_above.items()}
        from_above = {column: (cell, left - 1) for column, (cell, left) in from_above.items() if left > 1}
        own: list[PieceCell] = []
        column = 0
        for element in row:
            while column in covering:
                column += 1
            cell = PieceCell(text_of(element).replace(BETWEEN_CELLS, " "), is_head=element.tag == "th")
            own.append(cell)
            for _ in range(_span(element, "colspan")):
                covering[column] = cell
                if (below := _span(element, "rowspan") - 1) > 0:
                    from_above[column] = (cell, below)
                column += 1
        if covering:
            yield dict(sorted(covering.items())), own, width


def _span(cell: HtmlElement, name: str) -> int:
    return max(1, min(_number(cell.get(name)), _MOST_SPAN))


def _number(written: str | None) -> int:
    return int(written) if written and written.isdecimal() and len(written) < _LONGEST_NUMBER else 1

"""Tables of a page: those whose cells are ruled off, and those whose cells stand one below the other.

Ruled tables are found by their lines, after Nurminen 2013, "Algorithmic extraction of data in tables in PDF documents";
the others by gaps that go through several rows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from corpus.readers.pdf.lines import rows_of
from corpus.readers.pdf.page import Page, Rule, Span

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_TOUCH_POINTS = 3.0
"""Lines that are no further apart touch, or are the same."""
_MOST_RULES = 10_000
"""Of one page that are looked at: a table has four for each of its cells."""
_MOST_LINES = 500
"""That are left when those of neighbouring cells are made one; more are a drawing."""
_FEWEST_ROWS = 2
_FEWEST_COLUMNS = 2
_MOST_COLUMNS = 60
_FEWEST_RULED_LINES = 3
_FEWEST_ALIGNED_ROWS = 3
_COLUMN_GAP_POINTS = 2.0
_LEADING = 1.45
"""Lines of one cell are no further apart, in sizes of their letters."""
_ROW_GAP = 4.0
"""Rows of a table are no further apart, in sizes of their letters."""
_OTHER_SIZE = 1.15
"""Letters larger by so much are of a heading below the table."""
_MOST_CELL_WORDS = 12
"""Median over the cells of a table without lines: what is longer is prose in columns."""
_LIST_MARK = re.compile(r"(?:[•◦▪‣●○■□–—*·-]|\(?\d{1,3}[.)]|\(?[a-zA-Z][.)])")
LEADERS = re.compile(r"(?:\. ?){4,}|…{2,}")
"""What leads the eye from an entry of a table of contents to its page."""

Box = tuple[float, float, float, float]
"""Left, bottom, right, top."""


@dataclass(slots=True)
class Cell:
    """A cell: its text, and how many columns and rows it covers."""

    text: str
    columns: int = 1
    rows: int = 1


@dataclass(frozen=True, slots=True)
class Table:
    """A table: in each row the cells that begin there. `heads` are the rows that are told to be heads."""

    rows: list[list[Cell]]
    heads: int = 0

    def as_html(self) -> HtmlElement:
        """Return it as HTML, which tells what its cells' heads are."""
        from lxml import html

        made = html.Element("table")
        for number, row in enumerate(self.rows):
            line = html.Element("tr")
            for cell in row:
                element = html.Element("th" if number < self.heads else "td")
                element.text = cell.text
                element.set("colspan", str(cell.columns))
                element.set("rowspan", str(cell.rows))
                line.append(element)
            made.append(line)
        return made


def take_ruled(page: Page, tables: list[Table]) -> None:
    """Put the ruled tables of a page at the end of `tables`; in its spans each is then one span in its place."""
    for box, rules in _grids(page.rules[:_MOST_RULES]):
        inside = [span for span in page.spans if span.table is None and _is_in(span, box)]
        if table := _ruled_table(rules, inside):
            page.spans = [span for span in page.spans if span not in set(inside)]
            page.spans.append(_place(inside, len(tables)))
            tables.append(table)


def take_aligned(spans: Sequence[Span], tables: list[Table]) -> list[Span]:
    """Return the spans of a column with aligned tables taken out of them, and put at the end of `tables`."""
    left: list[Span] = []
    for rows, columns in _runs([_with_mark(row) for row in rows_of(spans)]):
        if columns is None:
            left.extend(span for row in rows for span in row)
            continue
        left.append(_place([span for row in rows for span in row], len(tables)))
        tables.append(_aligned_table(rows, columns))
    return left


def _with_mark(row: list[Span]) -> list[Span]:
    """Return a row with the bullet or number of a list item put to its text."""
    if len(row) != _FEWEST_COLUMNS or not _LIST_MARK.fullmatch(row[0].text):
        return row
    mark, text = row
    return [replace(text, text=f"{mark.text} {text.text}", x0=mark.x0)]


def _place(spans: Sequence[Span], number: int) -> Span:
    top, bottom = max(span.top for span in spans), min(span.bottom for span in spans)
    size = max(span.size for span in spans)
    x0, x1 = min(span.x0 for span in spans), max(span.x1 for span in spans)
    return Span("", x0, x1, top - size, size, table=number, height=top - bottom)


# Ruled tables


def _grids(rules: Sequence[Rule]) -> Iterator[tuple[Box, list[Rule]]]:
    """Yield rules that touch each other, and the box around them, when they may be a table's."""
    left = _merged(rules)[:_MOST_LINES]
    while left:
        members = [left.pop()]
        for member in members:  # it grows
            touching = [rule for rule in left if _touch(member, rule)]
            members.extend(touching)
            left = [rule for rule in left if rule not in set(touching)] if touching else left
        across = _places([rule.y0 for rule in members if rule.is_horizontal])
        down = _places([rule.x0 for rule in members if not rule.is_horizontal])
        if len(across) >= _FEWEST_RULED_LINES and len(down) >= _FEWEST_RULED_LINES:
            yield (down[0], across[0], down[-1], across[-1]), members


def _merged(rules: Sequence[Rule]) -> list[Rule]:
    """Return rules with those made one that lie on one line and touch, as the sides of neighbouring cells do."""
    found: list[Rule] = []
    for rule in sorted(set(rules), key=lambda one: (one.is_horizontal, *_along(one))):
        last = found[-1] if found else None
        if (
            last
            and last.is_horizontal == rule.is_horizontal
            and _touch(last, rule)
            and _along(last)[0] == _along(rule)[0]
        ):
            found[-1] = Rule(min(last.x0, rule.x0), min(last.y0, rule.y0), max(last.x1, rule.x1), max(last.y1, rule.y1))
        else:
            found.append(rule)
    return found


def _along(rule: Rule) -> tuple[int, float]:
    """Return the line on which a rule lies, to a point, and where on it."""
    return (round(rule.y0), rule.x0) if rule.is_horizontal else (round(rule.x0), rule.y0)


def _touch(one: Rule, other: Rule) -> bool:
    return (
        one.x0 <= other.x1 + _TOUCH_POINTS
        and other.x0 <= one.x1 + _TOUCH_POINTS
        and one.y0 <= other.y1 + _TOUCH_POINTS
        and other.y0 <= one.y1 + _TOUCH_POINTS
    )


def _is_in(span: Span, box: Box) -> bool:
    middle_x, middle_y = (span.x0 + span.x1) / 2, span.y + span.size / 3
    return box[0] <= middle_x <= box[2] and box[1] <= middle_y <= box[3]


def _places(values: Sequence[float]) -> list[float]:
    """Return values that differ by more than what touches, in order."""
    found: list[float] = []
    for value in sorted(values):
        if not found or value - found[-1] > _TOUCH_POINTS:
            found.append(value)
    return found


def _ruled_table(rules: Sequence[Rule], spans: Sequence[Span]) -> Table | None:
    across = _places([rule.y0 for rule in rules if rule.is_horizontal])[::-1]
    down = _places([rule.x0 for rule in rules if not rule.is_horizontal])
    if len(down) > _MOST_COLUMNS or not spans:
        return None
    grid: dict[tuple[int, int], list[Span]] = {}
    for span in spans:
        # By where it begins: text in a cell that covers several columns begins in the first of them.
        row = sum(y > span.y + span.size / 3 for y in across) - 1
        column = sum(x < span.x0 + 1.0 for x in down) - 1
        grid.setdefault((max(row, 0), max(column, 0)), []).append(span)
    if len({row for row, _ in grid}) < _FEWEST_ROWS or len({column for _, column in grid}) < _FEWEST_COLUMNS:
        return None
    walls = _Walls(rules, across, down)
    return Table(list(_cells(grid, walls, len(across) - 1, len(down) - 1)))


class _Walls:
    """Whether a line stands between two cells of a grid."""

    def __init__(self, rules: Sequence[Rule], across: Sequence[float], down: Sequence[float]) -> None:
        self._across = across
        self._down = down
        self._flat = [rule for rule in rules if rule.is_horizontal]
        self._upright = [rule for rule in rules if not rule.is_horizontal]

    def right_of(self, row: int, column: int) -> bool:
        x, y = self._down[column + 1], (self._across[row] + self._across[row + 1]) / 2
        return any(abs(rule.x0 - x) <= _TOUCH_POINTS and rule.y0 <= y <= rule.y1 for rule in self._upright)

    def below(self, row: int, column: int) -> bool:
        y, x = self._across[row + 1], (self._down[column] + self._down[column + 1]) / 2
        return any(abs(rule.y0 - y) <= _TOUCH_POINTS and rule.x0 <= x <= rule.x1 for rule in self._flat)


def _cells(grid: dict[tuple[int, int], list[Span]], walls: _Walls, height: int, width: int) -> Iterator[list[Cell]]:
    covered: set[tuple[int, int]] = set()
    for row in range(height):
        cells: list[Cell] = []
        for column in range(width):
            if (row, column) in covered:
                continue
            columns, rows = 1, 1
            while column + columns < width and not walls.right_of(row, column + columns - 1):
                columns += 1
            while row + rows < height and not walls.below(row + rows - 1, column):
                rows += 1
            places = [(row + down, column + right) for down in range(rows) for right in range(columns)]
            covered.update(places)
            cells.append(Cell(_joined([span for place in places for span in grid.get(place, ())]), columns, rows))
        if any(cell.text for cell in cells):
            yield cells


def _joined(spans: Sequence[Span]) -> str:
    return " ".join(span.text for row in rows_of(spans) for span in row)


# Aligned tables


def _runs(rows: list[list[Span]]) -> Iterator[tuple[list[list[Span]], list[tuple[float, float]] | None]]:
    """Yield rows of tables with the edges of their columns, and the rows between them with None."""
    between: list[list[Span]] = []
    begin = 0
    while begin < len(rows):
        end, columns = _longest_table(rows, begin)
        if columns is None:
            between.append(rows[begin])
            begin += 1
            continue
        if between:
            yield between, None
            between = []
        yield rows[begin:end], columns
        begin = end
    if between:
        yield between, None


def _longest_table(rows: list[list[Span]], begin: int) -> tuple[int, list[tuple[float, float]] | None]:
    """Return the end of the table that begins with a row, and its columns; None when there is none."""
    if len(rows[begin]) < _FEWEST_COLUMNS or rows[begin][0].table is not None:
        return begin, None
    columns: list[tuple[float, float]] = []
    end = begin
    for row in rows[begin:]:
        if end > begin and not _is_below(rows[end - 1], row):
            break
        widened = _widened(columns, row)
        if row[0].table is not None or len(widened) < _FEWEST_COLUMNS or (columns and _spans_several(columns, row)):
            break
        if len(row) == 1 and not _continues(columns, row[0], rows[end - 1]):
            break
        columns = widened
        end += 1
    return (end, columns) if _is_table(rows[begin:end]) else (begin, None)


def _is_below(row: Sequence[Span], next_row: Sequence[Span]) -> bool:
    """Whether two rows may be of one table: near each other, in letters of one size."""
    sizes = sorted((row[0].size, next_row[0].size))
    return row[0].y - next_row[0].y <= _ROW_GAP * sizes[1] and sizes[1] < _OTHER_SIZE * sizes[0]


def _widened(columns: Sequence[tuple[float, float]], row: Sequence[Span]) -> list[tuple[float, float]]:
    """Return the columns when a row's spans are laid over them; those that overlap become one."""
    found: list[tuple[float, float]] = []
    for x0, x1 in sorted((*columns, *((span.x0, span.x1) for span in row))):
        if found and x0 <= found[-1][1] + _COLUMN_GAP_POINTS:
            found[-1] = (found[-1][0], max(found[-1][1], x1))
        else:
            found.append((x0, x1))
    return found


def _spans_several(columns: Sequence[tuple[float, float]], row: Sequence[Span]) -> bool:
    return len(_widened(columns, row)) < len(columns)


def _continues(columns: Sequence[tuple[float, float]], span: Span, before: Sequence[Span]) -> bool:
    """Whether a lone span goes on with a cell of the row before, another than the first."""
    return span.x0 > columns[0][1] and before[0].y - span.y <= _LEADING * span.size


def _is_table(rows: Sequence[Sequence[Span]]) -> bool:
    full = [row for row in rows if len(row) >= _FEWEST_COLUMNS]
    widest = max(map(len, full), default=0)
    fewest = _FEWEST_ALIGNED_ROWS if widest == _FEWEST_COLUMNS else _FEWEST_ROWS
    if len(full) < fewest:
        return False
    if any(LEADERS.search(span.text) for row in full for span in row):
        return False  # a table of contents
    words = sorted(span.text.count(" ") + 1 for row in full for span in row)
    return words[len(words) // 2] <= _MOST_CELL_WORDS


def _aligned_table(rows: Sequence[Sequence[Span]], columns: Sequence[tuple[float, float]]) -> Table:
    made: list[list[Cell]] = []
    last: Sequence[Span] = ()
    for row in rows:
        cells = [Cell("") for _ in columns]
        for span in row:
            cell = cells[_column(columns, span)]
            cell.text = f"{cell.text} {span.text}".strip()
        goes_on = last and not cells[0].text and last[0].y - row[0].y <= _LEADING * row[0].size
        if goes_on and made:
            for above, cell in zip(made[-1], cells, strict=True):
                above.text = f"{above.text} {cell.text}".strip()
        else:
            made.append(cells)
        last = row
    return Table(made)


def _column(columns: Sequence[tuple[float, float]], span: Span) -> int:
    return max(range(len(columns)), key=lambda one: min(columns[one][1], span.x1) - max(columns[one][0], span.x0))

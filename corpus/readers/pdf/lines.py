"""The lines of a page in reading order: columns one after another, tables in their place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from corpus.readers.pdf.page import Span

_MOST_NESTED = 4
_MOST_CANDIDATES = 24
"""Left edges that are tried as those of columns."""
_GUTTER_EM = 0.7
_FEWEST_LINES = 2
"""Of a column; one line beside another is a row."""
_FEWEST_SPANS = 3
"""That begin at the left edge of a column."""
_FEWEST_WORDS = 4
_FULLNESS = 0.65
"""Median share of a column's width that its lines fill: prose fills it, cells of a table do not."""
_EDGE_POINTS = 3.0
_OVERFULL_EM = 3.0
"""What a line that could not be broken may stick out of its column, in sizes of its letters."""
SAME_LINE_EM = 0.4


@dataclass(frozen=True, slots=True)
class Line:
    """What stands on one baseline of a column; `left` and `right` are the column's edges, `column` is its number."""

    spans: tuple[Span, ...]
    page: int
    column: int
    left: float
    right: float

    @property
    def text(self) -> str:
        return " ".join(span.text for span in self.spans)

    @property
    def x0(self) -> float:
        return self.spans[0].x0

    @property
    def x1(self) -> float:
        return max(span.x1 for span in self.spans)

    @property
    def y(self) -> float:
        return self._main.y

    @property
    def size(self) -> float:
        return self._main.size

    @property
    def bold(self) -> bool:
        return all(span.bold for span in self.spans)

    @property
    def mono(self) -> bool:
        return all(span.mono for span in self.spans)

    @property
    def table(self) -> int | None:
        return self.spans[0].table

    @property
    def _main(self) -> Span:
        return max(self.spans, key=lambda span: len(span.text))


def columns_of(spans: Sequence[Span]) -> list[list[Span]]:
    """Return the spans of each column, in the order in which columns are read."""
    return list(_ordered(sorted(spans, key=lambda span: -span.top), 0))


def lines_of(spans: Sequence[Span], page: int, column: int) -> Iterator[Line]:
    """Yield the lines of a column from above to below."""
    text = [span for span in spans if span.table is None]
    left = min((span.x0 for span in text), default=0.0)
    right = max((span.x1 for span in text), default=0.0)
    for row in rows_of(spans):
        yield Line(tuple(row), page, column, left, right)


def rows_of(spans: Sequence[Span]) -> Iterator[list[Span]]:
    """Yield spans that stand on one baseline, from left to right; a table stands alone."""
    row: list[Span] = []
    for span in sorted(spans, key=lambda one: (-one.y, one.x0)):
        if row and not _same_line(row[0], span):
            yield sorted(row, key=lambda one: one.x0)
            row = []
        row.append(span)
    if row:
        yield sorted(row, key=lambda one: one.x0)


def _same_line(one: Span, other: Span) -> bool:
    if one.table is not None or other.table is not None:
        return False
    return abs(one.y - other.y) < SAME_LINE_EM * min(one.size, other.size)


def _ordered(spans: Sequence[Span], depth: int) -> Iterator[list[Span]]:
    gutter = _gutter(spans) if depth < _MOST_NESTED else None
    if gutter is None:
        yield list(spans)
        return
    for is_split, band in _bands(spans, gutter):
        if not is_split:
            yield from _ordered(band, depth + 1)
            continue
        for side in _sides(band, gutter):
            yield from _ordered(side, depth + 1)


def _gutter(spans: Sequence[Span]) -> float | None:
    """Return where the spans fall apart into columns, the place with most lines beside each other."""
    edges = _left_edges(spans)
    scored = [(_lines_beside(spans, edge), edge) for edge in edges]
    best = max(scored, default=(0, 0.0))
    return best[1] if best[0] else None


def _left_edges(spans: Sequence[Span]) -> list[float]:
    """Return where several spans begin, each a little further left; the most frequent first."""
    begins = sorted(span.x0 for span in spans)
    clusters: list[list[float]] = []
    for x in begins:
        if clusters and x - clusters[-1][0] <= _EDGE_POINTS:
            clusters[-1].append(x)
        else:
            clusters.append([x])
    many = sorted((cluster for cluster in clusters[1:] if len(cluster) >= _FEWEST_SPANS), key=len, reverse=True)
    return [cluster[0] - 1.0 for cluster in many[:_MOST_CANDIDATES]]


def _lines_beside(spans: Sequence[Span], gutter: float) -> int:
    """Return how many lines of prose stand beside each other at that place; 0 when there are none."""
    return sum(min(map(len, _sides(band, gutter))) for is_split, band in _bands(spans, gutter) if is_split)


def _bands(spans: Sequence[Span], gutter: float) -> list[tuple[bool, list[Span]]]:
    """Return the spans from above to below, in bands that the gutter splits, and bands between those."""
    bands: list[tuple[bool, list[Span]]] = []
    band: list[Span] = []
    for span in spans:
        if _crosses(span, gutter):
            _end_band(bands, band, gutter)
            band = []
            _add_whole(bands, [span])
        else:
            band.append(span)
    _end_band(bands, band, gutter)
    return bands


def _crosses(span: Span, gutter: float) -> bool:
    """Whether a span stands on both sides; a line that is a little too long for its column does not."""
    return span.x0 < gutter < span.x1 - _OVERFULL_EM * span.size


def _end_band(bands: list[tuple[bool, list[Span]]], band: list[Span], gutter: float) -> None:
    if not band:
        return
    if _is_prose(*_sides(band, gutter)):
        bands.append((True, band))
    else:
        _add_whole(bands, band)


def _add_whole(bands: list[tuple[bool, list[Span]]], spans: list[Span]) -> None:
    if bands and not bands[-1][0]:
        bands[-1][1].extend(spans)
    else:
        bands.append((False, list(spans)))


def _sides(spans: Sequence[Span], gutter: float) -> tuple[list[Span], list[Span]]:
    return [span for span in spans if span.x0 < gutter], [span for span in spans if span.x0 >= gutter]


def _is_prose(left: Sequence[Span], right: Sequence[Span]) -> bool:
    """Whether both sides hold lines of text with a gutter between them, beside each other."""
    if min(len(left), len(right)) < _FEWEST_LINES:
        return False
    # Most lines, since some are too long.
    gap = min(span.x0 for span in right) - sorted(span.x1 for span in left)[int(0.9 * (len(left) - 1))]
    size = median(span.size for span in (*left, *right))
    beside = min(max(span.top for span in left), max(span.top for span in right)) - max(
        min(span.bottom for span in left), min(span.bottom for span in right)
    )
    return gap >= _GUTTER_EM * size and beside > size and _fills(left) and _fills(right)


def _fills(side: Sequence[Span]) -> bool:
    rows = [row for row in rows_of(side) if row[0].table is None]
    if len(rows) < _FEWEST_LINES:
        return any(span.table is not None for span in side)
    width = max(row[-1].x1 for row in rows) - min(row[0].x0 for row in rows)
    widths = [sum(span.x1 - span.x0 for span in row) for row in rows]
    words = [sum(span.text.count(" ") + 1 for span in row) for row in rows]
    return median(widths) >= _FULLNESS * width and median(words) >= _FEWEST_WORDS

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
"""Share of a column's width that a line of prose fills."""
_MOST_SPANS = 2
"""Of a line of prose, in which there may be a wide gap."""
_MOST_LINES = 0.9
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


def columns_of(spans: Sequence[Span], known: set[float]) -> list[list[Span]]:
    """Return the spans of each column, in the order in which columns are read.

    `known` are the gutters of pages before; those of this page are added. At a known gutter a page is divided even when
    there is little beside its first column, as on the last page.
    """
    return list(_ordered(sorted(spans, key=lambda span: -span.top), known, 0))


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


def _ordered(spans: Sequence[Span], known: set[float], depth: int) -> Iterator[list[Span]]:
    gutter, is_known = _gutter(spans, known) if depth < _MOST_NESTED else (None, False)
    if gutter is None:
        yield list(spans)
        return
    known.add(gutter)
    for is_split, band in _bands(spans, gutter, is_known):
        if not is_split:
            yield from _ordered(band, known, depth + 1)
            continue
        for side in _sides(band, gutter):
            yield from _ordered(side, known, depth + 1)


def _gutter(spans: Sequence[Span], known: set[float]) -> tuple[float | None, bool]:
    """Return where the spans fall apart into columns, where most lines are beside each other; and if it is known."""
    scored = [(_lines_beside(spans, edge, is_known=False), edge) for edge in _left_edges(spans)]
    score, edge = max(scored, default=(0, 0.0))
    if score:
        return edge, False
    scored = [(_lines_beside(spans, edge, is_known=True), edge) for edge in sorted(known)[:_MOST_CANDIDATES]]
    score, edge = max(scored, default=(0, 0.0))
    return (edge, True) if score else (None, False)


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


def _lines_beside(spans: Sequence[Span], gutter: float, is_known: bool) -> int:
    """Return how many lines of prose stand beside others at that place; 0 when there are none."""
    return sum(
        min(max(_prose(side)[0], int(is_known)) for side in _sides(band, gutter))
        for is_split, band in _bands(spans, gutter, is_known)
        if is_split
    )


def _bands(spans: Sequence[Span], gutter: float, is_known: bool) -> list[tuple[bool, list[Span]]]:
    """Return the spans from above to below, in bands that the gutter splits, and bands between those."""
    bands: list[tuple[bool, list[Span]]] = []
    band: list[Span] = []
    for span in spans:
        if _crosses(span, gutter):
            _end_band(bands, band, gutter, is_known)
            band = []
            _add_whole(bands, [span])
        else:
            band.append(span)
    _end_band(bands, band, gutter, is_known)
    return bands


def _crosses(span: Span, gutter: float) -> bool:
    """Whether a span stands on both sides; a line that is a little too long for its column does not."""
    return span.x0 < gutter < span.x1 - _OVERFULL_EM * span.size


def _end_band(bands: list[tuple[bool, list[Span]]], band: list[Span], gutter: float, is_known: bool) -> None:
    if not band:
        return
    left, right = _sides(band, gutter)
    if left and right and _is_gap(left, right) and _are_columns(left, right, is_known):
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


def _is_gap(left: Sequence[Span], right: Sequence[Span]) -> bool:
    """Whether there is a gutter between two sides; most lines count, since some are too long."""
    edge = sorted(span.x1 for span in left)[int(_MOST_LINES * (len(left) - 1))]
    return min(span.x0 for span in right) - edge >= _GUTTER_EM * median(span.size for span in (*left, *right))


def _are_columns(left: Sequence[Span], right: Sequence[Span], is_known: bool) -> bool:
    """Whether both sides hold lines of prose: cells of a table are short. Tables may stand among them."""
    (prose_left, rows_left), (prose_right, rows_right) = _prose(left), _prose(right)
    if is_known:
        return prose_left >= _FEWEST_LINES
    return min(prose_left, prose_right) >= _FEWEST_LINES and 2 * (prose_left + prose_right) >= rows_left + rows_right


def _prose(side: Sequence[Span]) -> tuple[int, int]:
    """Return how many lines of a side are prose, and how many it has."""
    rows = [row for row in rows_of(side) if row[0].table is None]
    if not rows:
        return 0, 0
    ends = sorted(row[-1].x1 for row in rows)
    width = ends[int(_MOST_LINES * (len(ends) - 1))] - min(row[0].x0 for row in rows)
    prose = [
        row
        for row in rows
        if sum(span.x1 - span.x0 for span in row) >= _FULLNESS * width
        and sum(span.text.count(" ") + 1 for span in row) >= _FEWEST_WORDS
        and len(row) <= _MOST_SPANS
    ]
    return len(prose), len(rows)

"""Running heads and feet, and page numbers: what stands at the same place of several pages."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from corpus.readers.pdf.lines import rows_of
from corpus.readers.pdf.page import Page, Span

_MARGIN = 0.18
"""Share of a page's height above and below in which they stand."""
_SAME_PLACE_POINTS = 4.0
_FEWEST_PAGES = 3
"""On which something must stand; of shorter documents on all of them, and on two at least."""
_MOST_ROWS = 3
_NUMBERS = re.compile(r"\d+|\b[ivxlc]{1,6}\b", re.IGNORECASE)
_LONE_NUMBER = re.compile(r"\W{0,3}(\d{1,5})\W{0,3}", re.ASCII)

_Key = tuple[str, int]


def without_running(pages: Sequence[Page]) -> None:
    """Take out of the pages' spans what runs through them."""
    rows = {page.number: list(_marginal_rows(page)) for page in pages}
    counts = Counter(key for of_page in rows.values() for row in of_page for key in _keys(row))
    fewest = min(_FEWEST_PAGES, max(2, len(pages)))
    kept = {page.number: _without(page, rows[page.number], counts, fewest) for page in pages}
    if any(kept.values()):  # else it is all that there is
        for page in pages:
            page.spans = kept[page.number]


def _without(page: Page, rows: Sequence[Sequence[Span]], counts: Counter[_Key], fewest: int) -> list[Span]:
    running = {span for row in rows for span in row if _is_running(row, counts, fewest) or _is_number(row, page)}
    return [span for span in page.spans if span not in running]


def _marginal_rows(page: Page) -> Iterator[list[Span]]:
    rows = list(rows_of([span for span in page.spans if span.table is None]))
    edges = {id(row): row for row in (*rows[:_MOST_ROWS], *rows[-_MOST_ROWS:])}
    for row in edges.values():
        if row[0].y > page.height * (1 - _MARGIN) or row[0].y < page.height * _MARGIN:
            yield row


def _keys(row: Sequence[Span]) -> Iterator[_Key]:
    """Yield how a row looks, its numbers aside, and where it stands: two places for one between them."""
    place = row[0].y / _SAME_PLACE_POINTS
    look = _look(row)
    yield look, int(place)
    yield look, -int(place + 0.5) - 1


def _look(row: Iterable[Span]) -> str:
    return _NUMBERS.sub("#", " ".join(span.text for span in row)).casefold()


def _is_running(row: Sequence[Span], counts: Counter[_Key], fewest: int) -> bool:
    return max(counts[key] for key in _keys(row)) >= fewest


def _is_number(row: Sequence[Span], page: Page) -> bool:
    """Whether it is the number of this page alone, also where no other page has one at that place."""
    number = _LONE_NUMBER.fullmatch(" ".join(span.text for span in row))
    return number is not None and int(number[1]) == page.number

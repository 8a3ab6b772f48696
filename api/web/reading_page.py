"""An article as a reading page shows it: paragraphs, with a span of code points marked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_BETWEEN_PARAGRAPHS = re.compile(r"\n[^\S\n]*\n\s*")


@dataclass(frozen=True, slots=True)
class Piece:
    """Text of one paragraph that is marked or not. `first` is the one that a page scrolls to."""

    text: str
    marked: bool
    first: bool = False


def paragraphs(text: str, start: int, end: int) -> Iterator[list[Piece]]:
    """Yield the pieces of each paragraph of the text; empty lines divide them.

    [start, end), in code points, is marked; nothing is when it is empty.
    """
    mark = range(start, end)
    at = 0
    is_first = True
    for gap in (*(match.span() for match in _BETWEEN_PARAGRAPHS.finditer(text)), (len(text), len(text))):
        pieces = list(_pieces(text, range(at, gap[0]), mark, is_first))
        is_first = is_first and not any(piece.marked for piece in pieces)
        if pieces:
            yield pieces
        at = gap[1]


def _pieces(text: str, paragraph: range, mark: range, is_first: bool) -> Iterator[Piece]:
    begin, stop = paragraph.start, paragraph.stop
    start = max(begin, min(mark.start, stop))
    end = max(begin, min(max(mark.start, mark.stop), stop))
    for left, right, marked in ((begin, start, False), (start, end, True), (end, stop, False)):
        if left < right:
            yield Piece(text[left:right], marked, marked and is_first)

"""Lists that are written as paragraphs: their items end in semicolons, or are counted off."""

from __future__ import annotations

import re
from collections.abc import Sequence

from corpus.block import BlockKind
from corpus.readers.pieces import Piece
from corpus.text.counting import LAST, counted_as
from corpus.units import LEADS_IN

_ENDS_AN_ITEM = re.compile(r"; (?P<last> \s+ (?: and | or ) )? \Z", re.VERBOSE | re.IGNORECASE)

_LAST_CHARS = 16
"""Characters of a paragraph that tell whether it ends as an item does."""

_FEWEST = 2
"""Items that make a list."""


def mark_lists(pieces: Sequence[Piece]) -> None:
    """Mark paragraphs that are items of a list as such."""
    at = 0
    while at < len(pieces):
        counted = _counted_off(pieces, at)
        items = pieces[at : at + (counted or _parted_by_semicolons(pieces, at))]
        for number, piece in enumerate(items, 1):
            piece.kind, piece.level, piece.ordinal = BlockKind.ITEM, 1, number if counted else None
        at += max(1, len(items))


def _counted_off(pieces: Sequence[Piece], at: int) -> int:
    """Return how many paragraphs from here are counted: first, second, and finally."""
    count, number = 0, None
    while number != LAST and at + count < len(pieces) and pieces[at + count].kind is BlockKind.PARAGRAPH:
        number = counted_as(pieces[at + count].text)
        if number != count + 1 and (number != LAST or not count):
            break
        count += 1
    return count if count >= _FEWEST else 0


def _parted_by_semicolons(pieces: Sequence[Piece], at: int) -> int:
    """Return how many paragraphs from here are the items that a colon leads in, each but the last with a semicolon."""
    if at == 0 or not pieces[at - 1].text.endswith(LEADS_IN):
        return 0
    end, before_the_last = at, False
    while end < len(pieces) and (ends := _ENDS_AN_ITEM.search(_end_of_paragraph(pieces[end]))):
        before_the_last = bool(ends["last"])
        end += 1
    count = end - at
    has_last = end < len(pieces) and pieces[end].kind is BlockKind.PARAGRAPH
    if has_last and (count >= _FEWEST or before_the_last):
        return count + 1
    return count if count >= _FEWEST else 0


def _end_of_paragraph(piece: Piece) -> str:
    return piece.text[-_LAST_CHARS:] if piece.kind is BlockKind.PARAGRAPH else ""

"""Lines of a key and its value ("Weight: 94 g"), as data sheets have them: they are the rows of a table."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from corpus.block import BlockKind
from corpus.readers.pieces import Piece, PieceCell

_KEY_AND_VALUE = re.compile(
    r"(?P<key> [^\W\d_] [^:.?!;\n\t]{0,39} ) : [ ]+ (?P<value> [^\n\t]{0,79} [^\n\t.?!:] )", re.VERBOSE
)

_FEWEST = 3
"""Lines one below the other that make a table; with fewer, one of them may only be led in by a word and a colon."""


def with_key_values(pieces: Sequence[Piece]) -> list[Piece]:
    """Return pieces with rows for what stands in such lines, of which at least three follow each other with different
    keys; they may be the lines of one paragraph."""
    parted = [line for piece in pieces for line in _lines(piece)]
    for lines in _runs(parted):
        if len({key for key, _, _ in lines}) == len(lines) >= _FEWEST:
            for key, value, piece in lines:
                head = PieceCell(key)
                piece.kind, piece.text, piece.between = BlockKind.ROW, "", _BETWEEN
                piece.cells = [head, PieceCell(value, row=[head])]
    return parted


def _lines(piece: Piece) -> list[Piece]:
    """Return the lines of a paragraph as paragraphs when each has a key and a value."""
    lines = [replace(piece, text=line) for line in piece.text.split("\n")]
    return lines if len(lines) >= _FEWEST and all(map(_match, lines)) else [piece]


_BETWEEN = ": "


def _runs(pieces: Sequence[Piece]) -> Iterator[list[tuple[str, str, Piece]]]:
    """Yield pieces of one kind that follow each other and have keys and values, with those."""
    matched = [(piece, _match(piece)) for piece in pieces]
    for _, group in groupby(matched, key=lambda one: (one[0].kind, one[0].level, one[1] is not None)):
        if found := [(match["key"], match["value"], piece) for piece, match in group if match]:
            yield found


def _match(piece: Piece) -> re.Match[str] | None:
    if piece.kind not in (BlockKind.PARAGRAPH, BlockKind.ITEM) or piece.ordinal is not None:
        return None
    return _KEY_AND_VALUE.fullmatch(piece.text)

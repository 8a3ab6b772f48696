"""From the pieces of a document to its text and blocks, the same for every format."""

from __future__ import annotations

from collections.abc import Sequence

from corpus.readers.pieces import Piece, Structured, join_pieces, mark_notes
from corpus.readers.turns import mark_turns


def structured(pieces: Sequence[Piece]) -> Structured:
    """Return the text and blocks that pieces make, furniture, corrections and turns told by their words."""
    mark_notes(pieces)
    mark_turns(pieces)
    return join_pieces(pieces)

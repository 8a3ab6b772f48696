"""From the pieces of a document to its text and blocks, the same for every format."""

from __future__ import annotations

from collections.abc import Sequence

from corpus.readers.key_values import with_key_values
from corpus.readers.pieces import Piece, Structured, join_pieces, mark_notes
from corpus.readers.turns import mark_turns


def structured(pieces: Sequence[Piece]) -> Structured:
    """Return the text and blocks that pieces make; furniture, corrections, turns and keys are told by their words."""
    mark_notes(pieces)
    mark_turns(pieces)
    return join_pieces(with_key_values(pieces))

"""From the pieces of a document to its text and blocks, the same for every format."""

from __future__ import annotations

from collections.abc import Sequence

from corpus.block import BlockKind
from corpus.readers.key_values import with_key_values
from corpus.readers.lists_in_prose import mark_lists
from corpus.readers.pieces import Piece, Structured, join_pieces, mark_notes
from corpus.readers.turns import mark_turns
from corpus.text.sentences import breaks_off


def structured(pieces: Sequence[Piece]) -> Structured:
    """Return the text and blocks that pieces make; furniture, corrections, turns, lists and keys are told by their
    words."""
    whole = _whole_paragraphs(pieces)
    mark_notes(whole)
    mark_turns(whole)
    mark_lists(whole)
    return join_pieces(with_key_values(whole))


def _whole_paragraphs(pieces: Sequence[Piece]) -> list[Piece]:
    """Join paragraphs that a title and its name are parted between, as programs leave them that take "Sen." for an
    end."""
    whole: list[Piece] = []
    for piece in pieces:
        last = whole[-1] if whole else None
        if last and last.kind is piece.kind is BlockKind.PARAGRAPH and breaks_off(last.text, piece.text):
            last.text = f"{last.text} {piece.text}"
        else:
            whole.append(piece)
    return whole

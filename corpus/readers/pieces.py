"""Pieces: the blocks of a document before their places in its text are known, and the text that they make."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from corpus.block import Block, BlockKind, Cell, Stretch
from corpus.text.page_notes import is_correction, is_furniture

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_BETWEEN_BLOCKS = "\n\n"
BETWEEN_CELLS = "\t"


@dataclass(frozen=True, slots=True)
class Structured:
    """A canonical text and its blocks."""

    text: str
    blocks: tuple[Block, ...]


@dataclass(slots=True)
class Piece:
    """A block before its place in the text is known.

    `text` is canonical, and empty where there are `cells`, which `between` parts.
    `label` is where in its text the speaker's name stands, `turn` the piece that names who speaks in this one.
    `linked` is the share of its text that stands in links, `element` what it was made of where that was HTML.
    """

    kind: BlockKind
    text: str = ""
    level: int = 0
    ordinal: int | None = None
    cells: list[PieceCell] = field(default_factory=list)
    between: str = BETWEEN_CELLS
    is_head: bool = False
    time: str | None = None
    page: int | None = None
    label: Stretch = (0, 0)
    turn: Piece | None = None
    linked: float = 0.0
    element: HtmlElement | None = None

    @property
    def shown(self) -> str:
        """Its text, that of its cells included."""
        return self.text or self.between.join(cell.text for cell in self.cells if cell.text)


@dataclass(slots=True)
class PieceCell:
    """A cell before its place in the text is known. `is_strong` tells one that is all in bold."""

    text: str
    column: list[PieceCell] = field(default_factory=list)
    row: list[PieceCell] = field(default_factory=list)
    is_head: bool = False
    is_strong: bool = False
    stretch: Stretch = (0, 0)


def join_pieces(pieces: Sequence[Piece]) -> Structured:
    """Return the text that pieces make, one below the other, and where each stands; empty ones are left out."""
    text: list[str] = []
    blocks: list[Block] = []
    placed: dict[int, int] = {}
    length = 0
    for piece in pieces:
        written = _write(piece)
        if not written:
            continue
        start = length + (len(_BETWEEN_BLOCKS) if blocks else 0)
        for cell in piece.cells:
            cell.stretch = (cell.stretch[0] + start, cell.stretch[1] + start)
        text.append(written)
        length = start + len(written)
        placed[id(piece)] = start
        blocks.append(_block(piece, start, length, placed))
    return Structured(_BETWEEN_BLOCKS.join(text), tuple(blocks))


def _write(piece: Piece) -> str:
    """Return the block's text; cells then know where they stand in it."""
    if not piece.cells:
        return piece.text
    written = ""
    for cell in piece.cells:
        start = len(written) + (len(piece.between) if written else 0)
        if cell.text:
            written = piece.between.join(filter(None, (written, cell.text)))
            cell.stretch = (start, len(written))
    return written


def _block(piece: Piece, start: int, end: int, placed: dict[int, int]) -> Block:
    cells = tuple(Cell(*cell.stretch, _written(cell.column), _written(cell.row)) for cell in piece.cells if cell.text)
    return Block(
        piece.kind,
        start,
        end,
        level=piece.level,
        ordinal=piece.ordinal,
        label=_label(piece, start, placed),
        cells=cells,
        is_head=piece.is_head,
        time=piece.time,
        page=piece.page,
    )


def _label(piece: Piece, start: int, placed: dict[int, int]) -> Stretch | None:
    """Return where the name of who speaks stands: at the beginning of the turn."""
    if piece.turn is None:
        return None
    begins = placed.get(id(piece.turn), start)
    return begins + piece.turn.label[0], begins + piece.turn.label[1]


def _written(heads: Sequence[PieceCell]) -> tuple[Stretch, ...]:
    return tuple(head.stretch for head in heads if head.text)


def mark_notes(pieces: Iterable[Piece]) -> None:
    """Mark what is furniture or a correction by its words."""
    for piece in pieces:
        if piece.kind in (BlockKind.PARAGRAPH, BlockKind.ITEM):
            if is_furniture(piece.text):
                piece.kind = BlockKind.FURNITURE
            elif is_correction(piece.text):
                piece.kind = BlockKind.CORRECTION

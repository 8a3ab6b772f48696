"""Blocks: the structure of an article's text. They cover all of it but the white space between them, in order."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

Stretch = tuple[int, int]
"""[start, end) of an article's text, in code points."""


class BlockKind(StrEnum):
    """What a block is."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    ITEM = "item"
    ROW = "row"
    QUOTATION = "quotation"
    CODE = "code"
    CAPTION = "caption"
    TURN = "turn"
    """What one speaker says before another does; its `label` is how the text names the speaker."""
    CORRECTION = "correction"
    """What an article says of its own errors, or that it is taken back: shown beside whatever is quoted from it."""
    FURNITURE = "furniture"
    """Text that stands around an article on its page. It is shown where it stood, and never searched or quoted."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table, and the cells that say what stands in it: the heads of its column and of its row."""

    start: int
    end: int
    column: tuple[Stretch, ...] = ()
    row: tuple[Stretch, ...] = ()


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of an article's text and what it is.

    `level` is that of a heading (1 to 6) and the depth of a list item or its paragraphs (from 1). `ordinal` numbers an
    item of a numbered list. `label` is the stretch that names a turn's speaker. `cells` are those of a row;
    `is_head` tells rows that hold only heads of columns. `time` (ISO 8601) is when a post of a live blog was written,
    of which this is the first block. `page`, from 1, is where the block begins in a paged document.
    """

    kind: BlockKind
    start: int
    end: int
    level: int = 0
    ordinal: int | None = None
    label: Stretch | None = None
    cells: tuple[Cell, ...] = ()
    is_head: bool = False
    time: str | None = None
    page: int | None = None


def blocks_as_json(blocks: Iterable[Block]) -> str:
    """Return blocks in the form in which they are stored: what is as usual is left out."""
    return json.dumps([_as_record(block) for block in blocks], separators=(",", ":"))


def blocks_from_json(stored: str) -> tuple[Block, ...]:
    """Return what `blocks_as_json` was given."""
    return tuple(_from_record(record) for record in json.loads(stored))


def _as_record(block: Block) -> list[object]:
    more = {
        "level": block.level,
        "ordinal": block.ordinal,
        "label": block.label,
        "cells": [[cell.start, cell.end, cell.column, cell.row] for cell in block.cells],
        "is_head": block.is_head,
        "time": block.time,
        "page": block.page,
    }
    said = {name: value for name, value in more.items() if value}
    return [block.kind, block.start, block.end, *([said] if said else [])]


def _from_record(record: Sequence[object]) -> Block:
    kind, start, end, *rest = record
    said = dict(rest[0]) if rest else {}  # type: ignore[call-overload]  # it is what `_as_record` wrote
    if "cells" in said:
        said["cells"] = tuple(
            Cell(cell[0], cell[1], _stretches(cell[2]), _stretches(cell[3])) for cell in said["cells"]
        )
    if "label" in said:
        said["label"] = tuple(said["label"])
    return Block(BlockKind(kind), start, end, **said)  # type: ignore[arg-type]  # likewise


def _stretches(pairs: Iterable[Sequence[int]]) -> tuple[Stretch, ...]:
    return tuple((start, end) for start, end in pairs)

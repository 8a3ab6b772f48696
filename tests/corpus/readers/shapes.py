"""Blocks written short, to compare them."""

from __future__ import annotations

from collections.abc import Sequence

from corpus.block import Block, BlockKind, Stretch, blocks_as_json, blocks_from_json
from corpus.readers.pieces import Structured
from corpus.text.canonical import canonical_text


def shape(structured: Structured) -> list[tuple[str, str]]:
    """Each block's kind and text."""
    return [(block.kind.value, structured.text[block.start : block.end]) for block in structured.blocks]


def heads(structured: Structured) -> dict[str, str]:
    """What heads each cell that has heads: row heads, a stroke, column heads."""
    return {
        structured.text[cell.start : cell.end]: f"{_words(structured, cell.row)} / {_words(structured, cell.column)}"
        for block in structured.blocks
        for cell in block.cells
        if cell.row or cell.column
    }


def _words(structured: Structured, stretches: Sequence[Stretch]) -> str:
    return ", ".join(structured.text[start:end] for start, end in stretches)


def assert_well_formed(structured: Structured) -> None:
    """What holds of the text and blocks of any document."""
    text, blocks = structured.text, structured.blocks
    assert text == canonical_text(text)
    assert blocks_from_json(blocks_as_json(blocks)) == blocks
    position = 0
    for block in blocks:
        assert position <= block.start < block.end <= len(text)
        assert not text[position : block.start].strip()
        assert text[block.start : block.end] == text[block.start : block.end].strip() or block.kind is BlockKind.CODE
        _assert_cells_inside(block, text)
        position = block.end
    assert not text[position:].strip()


def _assert_cells_inside(block: Block, text: str) -> None:
    position = block.start
    for cell in block.cells:
        assert position <= cell.start < cell.end <= block.end
        position = cell.end
        for start, end in (*cell.row, *cell.column):
            assert 0 <= start < end <= len(text)
            assert text[start:end].strip()
    if block.label:
        assert 0 <= block.label[0] < block.label[1] <= len(text)

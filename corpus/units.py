"""Units: what can be cited as an answer (a sentence, a list item, a table row), each with what is known around it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache
from itertools import islice, takewhile

from corpus.article import Article
from corpus.block import Block, BlockKind, Cell, Stretch
from corpus.keyed import Keyed
from corpus.text.counting import announces_several, counted_as
from corpus.text.dateline import dateline_of
from corpus.text.page_notes import is_furniture
from corpus.text.sentences import asks, sentence_spans

_REMEMBERED_ARTICLES = 256
"""Articles whose units are kept for the next question that finds them."""


class Role(StrEnum):
    """What a part of a unit's context is to it."""

    HEADING = "heading"
    QUESTION = "question"
    LEAD_IN = "lead_in"
    COLUMN = "column"
    ROW = "row"
    SPEAKER = "speaker"
    DATELINE = "dateline"
    TIME = "time"


@dataclass(frozen=True, slots=True)
class ContextPart:
    """A stretch of the article that says what a unit is about, and what it is to the unit."""

    role: Role
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Unit:
    """A stretch of the article's text with its `context`, outermost first.

    `asks` tells a question, which answers nothing. `cells` are those of a table row; heads of cells are in the cells.
    `posted` is when the post of a live blog was written in which it stands.
    """

    kind: BlockKind
    start: int
    end: int
    context: tuple[ContextPart, ...] = ()
    cells: tuple[Cell, ...] = ()
    asks: bool = False
    posted: datetime | None = None

    def context_of(self, position: int) -> tuple[ContextPart, ...]:
        """Return the context of what stands at `position` in the unit: in a row, with the heads of the cell there."""
        cell = next((one for one in self.cells if one.start <= position < one.end), None)
        if cell is None or position == self.start:
            return self.context
        rows = (ContextPart(Role.ROW, *head) for head in cell.row)
        return (*self.context, *rows, *(ContextPart(Role.COLUMN, *head) for head in cell.column))

    @property
    def lead_in(self) -> Stretch | None:
        """What leads in the list that an item is of; None where nothing does, or it is no item."""
        leads = [(part.start, part.end) for part in self.context if part.role is Role.LEAD_IN]
        return leads[-1] if leads and self.kind is BlockKind.ITEM else None

    @property
    def may_be_quoted(self) -> bool:
        """Whether it is text that tells something: furniture, headings and heads of columns do not."""
        return self.kind not in (BlockKind.FURNITURE, BlockKind.HEADING) and not self.asks


def units_of(article: Article) -> tuple[Unit, ...]:
    """Return the units of an article in order; every letter and digit of its text lies in exactly one."""
    return _units(Keyed((article.content_hash, article.read_by), article))


def units_within(article: Article, start: int, end: int) -> list[Unit]:
    """Return the units that lie within [start, end) of the text; of one that begins or ends elsewhere, what lies in."""
    units = units_of(article)
    first = bisect_right(units, start, key=lambda unit: unit.end)
    return [
        unit
        if start <= unit.start and unit.end <= end
        else Unit(unit.kind, max(start, unit.start), min(end, unit.end), unit.context, asks=unit.asks)
        for unit in takewhile(lambda unit: unit.start < end, islice(units, first, None))
    ]


def led_in_by(article: Article, start: int, end: int) -> list[Unit]:
    """Return the units of the list that the sentence at [start, end) leads in; none where it leads in none."""
    units = units_of(article)
    first = bisect_right(units, start, key=lambda unit: unit.start)
    part = ContextPart(Role.LEAD_IN, start, end)
    listed = takewhile(lambda unit: part in unit.context, islice(units, first, None))
    return [unit for unit in listed if unit.lead_in == (start, end)]


def page_of(article: Article, position: int) -> int | None:
    """Return the page, from 1, on which the block at `position` begins; None where the document has none."""
    first = bisect_right(article.blocks, position, key=lambda block: block.start) - 1
    return article.blocks[first].page if first >= 0 else None


@lru_cache(_REMEMBERED_ARTICLES)
def _units(keyed: Keyed[Article]) -> tuple[Unit, ...]:
    text, blocks = keyed.value.text, keyed.value.blocks
    if not blocks:
        return tuple(_sentences(text, Block(BlockKind.PARAGRAPH, 0, len(text)), ()))
    outline = _Outline(text)
    return tuple(unit for block in blocks for unit in outline.units_of(block))


class _Outline:
    """What stands above a block: headings, the lead-in of a list, who speaks, the time of a post."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._headings: list[tuple[int, ContextPart]] = []
        self._lead_ins: list[tuple[int, ContextPart]] = []
        self._dateline: ContextPart | None = None
        self._paragraphs = 0
        self._time: ContextPart | None = None
        self._posted: datetime | None = None
        self._caption: ContextPart | None = None  # of the table that goes on
        self._last: Unit | None = None
        self._last_level = 0  # of the block in which the last unit is
        self._asked: tuple[Stretch, Unit] | None = None  # the last question of a transcript, and who asked

    def units_of(self, block: Block) -> Iterator[Unit]:
        self._come_to(block)
        units = (
            [self._row(block)] if block.kind is BlockKind.ROW else _sentences(self._text, block, self._context(block))
        )
        for found in units:
            unit = replace(found, posted=self._posted) if self._posted else found
            yield unit
            self._last, self._last_level = unit, block.level
            if block.label:
                self._asked = (block.label, unit) if unit.asks else self._asked
        if block.kind is BlockKind.CAPTION:
            self._caption = ContextPart(Role.LEAD_IN, block.start, block.end)
        if block.kind is BlockKind.HEADING:
            role = Role.QUESTION if asks(self._text[block.start : block.end]) else Role.HEADING
            self._headings.append((block.level, ContextPart(role, block.start, block.end)))

    def _come_to(self, block: Block) -> None:
        """Learn what this block changes of what stands above."""
        if block.time is not None:
            self._time = ContextPart(Role.TIME, block.start, block.end)
            self._posted = _moment(block.time)
        if block.kind is BlockKind.PARAGRAPH:
            self._find_dateline(block)
        if block.kind is BlockKind.HEADING:
            self._headings = [one for one in self._headings if one[0] < block.level]
        if block.kind is not BlockKind.ROW:
            self._caption = None
        self._open_or_close_list(block)

    def _context(self, block: Block) -> tuple[ContextPart, ...]:
        if block.kind is BlockKind.FURNITURE:
            return ()
        asked, speaker = [], []
        if block.label:
            speaker = [ContextPart(Role.SPEAKER, *block.label)]
            if self._asked and self._words(self._asked[0]) != self._words(block.label):
                asked = [ContextPart(Role.QUESTION, self._asked[1].start, self._asked[1].end)]
        return (
            *([self._dateline] if self._dateline else []),
            *([self._time] if self._time else []),
            *(part for _, part in self._headings),
            *(part for _, part in self._lead_ins),
            *([self._caption] if self._caption else []),
            *asked,
            *speaker,
        )

    def _find_dateline(self, block: Block) -> None:
        self._paragraphs += 1
        if self._paragraphs <= _DATELINE_WITHIN and (found := dateline_of(self._text, block.start, block.end)):
            self._dateline = ContextPart(Role.DATELINE, *found)

    def _words(self, stretch: Stretch) -> str:
        return self._text[stretch[0] : stretch[1]]

    def _open_or_close_list(self, block: Block) -> None:
        """Items are led in by what stands before their list and ends in a colon, or announces several that they count
        off, or by the item that they are below."""
        depth = 0 if block.kind is BlockKind.HEADING else block.level
        self._lead_ins = [one for one in self._lead_ins if one[0] <= depth]
        is_led_in = any(level == block.level for level, _ in self._lead_ins)
        last = self._last
        if block.kind is not BlockKind.ITEM or is_led_in or last is None:
            return
        told = self._text[last.start : last.end]
        is_below_item = last.kind is BlockKind.ITEM and self._last_level < block.level
        is_announced = (
            block.ordinal == 1 and announces_several(told) and counted_as(self._text[block.start : block.end]) == 1
        )
        if told.endswith(LEADS_IN) or is_announced or (is_below_item and not told.endswith(_ENDS_A_SENTENCE)):
            self._lead_ins.append((block.level, ContextPart(Role.LEAD_IN, last.start, last.end)))

    def _row(self, block: Block) -> Unit:
        return Unit(
            BlockKind.HEADING if block.is_head else block.kind,
            block.start,
            block.end,
            self._context(block),
            block.cells,
        )


def _moment(written: str) -> datetime | None:
    """Return a time as pages write it; None for what is none. Without a zone it is taken for UTC, to be compared."""
    try:
        moment = datetime.fromisoformat(written.strip())
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


_DATELINE_WITHIN = 2
"""Paragraphs at the beginning of which the first may be a note or a summary."""

LEADS_IN = (":", "：")
"""How a sentence ends that leads in a list."""

_ENDS_A_SENTENCE = (".", "!", "?", "。")


def _sentences(text: str, block: Block, context: tuple[ContextPart, ...]) -> Iterator[Unit]:
    """Yield the sentences of a block; code, headings and furniture are whole."""
    stretch = text[block.start : block.end]
    whole = block.kind in (BlockKind.CODE, BlockKind.HEADING, BlockKind.FURNITURE)
    spans: Sequence[Stretch] = [(0, len(stretch))] if whole else sentence_spans(stretch)
    for start, end in spans:
        told = stretch[start:end]
        kind = BlockKind.FURNITURE if is_furniture(told) else block.kind
        yield Unit(kind, block.start + start, block.start + end, context, asks=asks(told))

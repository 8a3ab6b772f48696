"""How evidence is shown: a sentence as it stands, a cell of a table after its heads, an item after what leads it in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from assistant.answer import Evidence
from assistant.writing.draft import DraftSentence, Quote
from corpus.block import BlockKind, Cell, Stretch
from corpus.units import Role, Unit

_ENDS_A_SENTENCE = (".", "!", "?", "…", "”", '"', ")", "。", "！", "？")


def shown(item: Evidence) -> DraftSentence:
    """Return the sentence that shows `item`. Where that is more than its text, `quotes` say what is the article's."""
    unit = item.unit
    if unit is not None and unit.kind is BlockKind.ROW and (cells := _wanted_cells(unit, item.short)):
        return _row(item, cells)
    if unit is not None and (lead_in := _needed_lead_in(unit, item.text)):
        return _led_in(item, lead_in)
    return DraftSentence(item.text, (item, *item.copies))


def _wanted_cells(unit: Unit, short: Stretch | None) -> list[Cell]:
    """Return the cell that holds the short answer, else all that have heads."""
    cells = [cell for cell in unit.cells if cell.row] or [cell for cell in unit.cells if cell.column]
    wanted = [cell for cell in cells if short and cell.start <= short[0] and short[1] <= cell.end]
    return wanted or cells


def _row(item: Evidence, cells: Sequence[Cell]) -> DraftSentence:
    """Return `Brisk: Gold 3, Silver 14` for these cells of a row, each cell a quote, and a head that answers."""
    sentence = _Sentence(item)
    one = cells[0] if len(cells) == 1 else None
    heads = (*cells[0].row, *(one.column if one else ()))
    for number, head in enumerate(heads):
        sentence.add(", " if number else "")
        sentence.show(head, is_quote=head == item.short)
    for number, cell in enumerate(cells):
        sentence.add(", " if number else ": " if heads else "")
        for head in () if one else cell.column:
            sentence.show(head, is_quote=False)
            sentence.add(" ")
        sentence.show((cell.start, cell.end), is_quote=True)
    return DraftSentence(sentence.text, (item,), tuple(sentence.quotes))


class _Sentence:
    """A sentence as it grows from stretches of the article."""

    def __init__(self, item: Evidence) -> None:
        self._item = item
        self.text = ""
        self.quotes: list[Quote] = []

    def add(self, text: str) -> None:
        self.text += text

    def show(self, stretch: Stretch, is_quote: bool) -> None:
        part = _part_of(self._item, *stretch)
        if is_quote:
            self.quotes.append(Quote(part, len(self.text)))
        self.text += part.text


def _part_of(item: Evidence, start: int, end: int) -> Evidence:
    inside = item.short is not None and start <= item.short[0] and item.short[1] <= end
    return replace(item, start=start, end=end, short=item.short if inside else None, copies=())


def _needed_lead_in(unit: Unit, text: str) -> Stretch | None:
    """Return what leads in an item that is no sentence, so that nobody could tell what it is an item of."""
    if unit.kind is not BlockKind.ITEM or text.endswith(_ENDS_A_SENTENCE):
        return None
    return next(((part.start, part.end) for part in reversed(unit.context) if part.role is Role.LEAD_IN), None)


def _led_in(item: Evidence, lead_in: Stretch) -> DraftSentence:
    before = _part_of(item, *lead_in)
    itself = replace(item, copies=())
    return DraftSentence(f"{before.text} {item.text}", (item,), (Quote(before, 0), Quote(itself, len(before.text) + 1)))

"""How evidence is shown: a sentence as it stands, a cell of a table after its heads, an item after what leads it in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from itertools import groupby

from assistant.answer import Evidence
from assistant.writing.draft import Draft, DraftSentence, Quote
from corpus.block import BlockKind, Cell, Stretch
from corpus.units import Role, Unit

_BETWEEN_ITEMS = "; "

_ENDS_A_SENTENCE = (".", "!", "?", "…", "”", '"', ")", "。", "！", "？")


def all_shown(items: Sequence[Evidence]) -> Draft:
    """Return the sentences that show `items` in this order; items of one list stand behind what leads them in."""
    draft: list[DraftSentence] = []
    for _, group in groupby(items, key=_list_of):
        together = list(group)
        lead_in = _led_in_by(together[-1])
        draft += [_led_in(together, lead_in)] if lead_in else map(shown, together)
    return tuple(draft)


def shown(item: Evidence) -> DraftSentence:
    """Return the sentence that shows `item`. Where that is more than its text, `quotes` say what is the article's."""
    unit = item.unit
    if unit is not None and unit.kind is BlockKind.ROW and (cells := _wanted_cells(unit, item.short)):
        return _row(item, cells)
    if lead_in := _led_in_by(item):
        return _led_in([item], lead_in)
    if unit is not None and unit.posted is not None:
        return _posted(item, unit.posted)
    return DraftSentence(item.text, (item, *item.copies))


def _posted(item: Evidence, posted: datetime) -> DraftSentence:
    """Return `(18:40) 3,200 homes are without power.`: posts of one live blog differ in their times."""
    day = "" if posted.date() == item.hit.article.published else f"{posted.day} {posted:%B} {posted.year}, "
    before = f"({day}{posted:%H:%M}) "
    return DraftSentence(f"{before}{item.text}", (item, *item.copies), (Quote(replace(item, copies=()), len(before)),))


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


def _list_of(item: Evidence) -> tuple[object, ...]:
    """Return the same for what leads in a list and for its items, and something else for anything else."""
    lead_in = _led_in_by(item) or (item.start, item.end)
    return item.sub_question, item.hit.article.id, lead_in


def _led_in_by(item: Evidence) -> Stretch | None:
    """Return what leads in an item that is no sentence, so that nobody could tell what it is an item of."""
    unit = item.unit
    if unit is None or unit.kind is not BlockKind.ITEM or item.text.endswith(_ENDS_A_SENTENCE):
        return None
    return next(((part.start, part.end) for part in reversed(unit.context) if part.role is Role.LEAD_IN), None)


def _led_in(items: Sequence[Evidence], lead_in: Stretch) -> DraftSentence:
    """Return `The park forbids: open fires; drones`, each a quote; the lead-in may be among the items."""
    text = _part_of(items[-1], *lead_in).text
    quotes = [Quote(_part_of(items[-1], *lead_in), 0)]
    led_in = [item for item in items if (item.start, item.end) != lead_in]
    for number, item in enumerate(led_in):
        text += _BETWEEN_ITEMS if number else " "
        quotes.append(Quote(replace(item, copies=()), len(text)))
        text += item.text
    return DraftSentence(text, tuple(led_in), tuple(quotes))

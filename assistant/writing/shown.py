"""How evidence is shown: a sentence as it stands, with the dates that "on Monday" means; a cell of a table after its
heads, an item after what leads it in."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby

from assistant.answer import Evidence
from assistant.frame.frame import ENGLISH_FRAME, Frame
from assistant.groundedness.quantities import date_written
from assistant.writing.draft import Draft, DraftSentence, Quote
from assistant.writing.quotation_marks import missing_marks
from assistant.writing.told_on import dates_meant
from corpus.attributions.first_person import who_speaks
from corpus.attributions.index import is_quoted, quoted_speaker
from corpus.block import BlockKind, Cell, Stretch
from corpus.units import Unit

_BETWEEN_ITEMS = "; "

_PARTED = re.compile(r";(?:\s+(?:and|or))?$", re.IGNORECASE)
"""What parts an item from the next one in the article."""

_LOOK_BACK = 16
"""Characters before an item in which that stands."""

_ENDS_A_SENTENCE = (".", "!", "?", "…", "”", '"', ")", "。", "！", "？")


def all_shown(items: Sequence[Evidence], frame: Frame = ENGLISH_FRAME) -> Draft:
    """Return the sentences that show `items` in this order; items of one list stand behind what leads them in."""
    draft: list[DraftSentence] = []
    for _, group in groupby(items, key=_list_of):
        together = list(group)
        lead_in = _led_in_by(together[-1])
        draft += [_led_in(together, lead_in)] if lead_in else (shown(item, frame) for item in together)
    return tuple(draft)


def shown(item: Evidence, frame: Frame = ENGLISH_FRAME) -> DraftSentence:
    """Return the sentence that shows `item`. Where that is more than its text, `quotes` say what is the article's."""
    unit = item.unit
    if unit is not None and unit.kind is BlockKind.ROW and (cells := _wanted_cells(unit, item.short)):
        return _row(item, cells)
    if lead_in := _led_in_by(item):
        return _led_in([item], lead_in)
    return _prose(item, frame)


def _prose(item: Evidence, frame: Frame) -> DraftSentence:
    """Return the sentence with the dates that its words mean, behind who speaks of themselves in it:
    `Ann Lee: We closed it on Monday (5 May 2025).` A quotation that goes on beyond the sentence is closed in it.

    Each piece of the article between them is a quote, and one of every copy that means the same dates.
    """
    opening, closing = missing_marks(item.text)
    before, dates = _posted(item, frame) + _speaking(item) + opening, _dates_meant(item, frame)
    if not before and not dates and not closing:
        return DraftSentence(item.text, (item, *item.copies))
    copies = [copy for copy in item.copies if copy.text == item.text and _dates_meant(copy, frame) == dates]
    text, quotes, begins = before, [], 0
    for end, said in (*((_after_short(item, end), f" ({said})") for end, said in dates), (len(item.text), closing)):
        piece = item.text[begins:end]
        if any(map(str.isalnum, piece)):
            quotes += [Quote(_part_of(one, one.start + begins, one.start + end), len(text)) for one in (item, *copies)]
        text, begins = text + piece + said, end
    return DraftSentence(text, (item, *item.copies), tuple(quotes))


def _posted(item: Evidence, frame: Frame) -> str:
    """Return `(18:40) ` for the post of a live blog, since posts differ in their times."""
    posted = item.unit.posted if item.unit else None
    if posted is None:
        return ""
    day = "" if posted.date() == item.hit.article.published else frame.listed((frame.day(posted), ""))
    return f"({day}{posted:%H:%M}) "


def _speaking(item: Evidence) -> str:
    """Return `Ann Lee: ` for a sentence in which she speaks of herself, since nobody knows who "I" is in an answer, and
    for one that is cut out of a quotation of hers, unless that ends in it, beside who said it."""
    article, unit = item.hit.article, item.unit
    who = who_speaks(article, item.start, item.end)
    is_cut = unit is not None and item.start > unit.start and is_quoted(article, item.start)
    if who is None and is_cut and is_quoted(article, item.end - 1):
        who = quoted_speaker(article, item.start, item.end)
    return f"{who}: " if who else ""


def _dates_meant(item: Evidence, frame: Frame) -> list[tuple[int, str]]:
    """Return the dates that words of a sentence mean, and where in it these words end."""
    return [(found.end, in_words(found.date, frame)) for found in dates_meant(item)]


def in_words(written: str, frame: Frame) -> str:
    """Return a date as the frame's language writes it, as exactly as it is written in English."""
    told = date_written(written)
    return frame.told(told.year, told.month, told.day) if told and told.year else written


def _after_short(item: Evidence, end: int) -> int:
    """Return `end`, or where a short answer ends that goes on there, as it is not to be parted."""
    start, stop = (place - item.start for place in item.short or (item.start, item.start))
    return stop if start < end < stop else end


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
    """Return what leads in an item that is no sentence, so that nobody could tell what it is an item of; the last of
    several that semicolons part ends in a full stop, and is none either."""
    before = item.hit.article.text[max(0, item.start - _LOOK_BACK) : item.start].rstrip()
    is_sentence = item.text.endswith(_ENDS_A_SENTENCE) and not _PARTED.search(before)
    return item.unit.lead_in if item.unit and not is_sentence else None


def _led_in(items: Sequence[Evidence], lead_in: Stretch) -> DraftSentence:
    """Return `The park forbids: open fires; drones`, each a quote; the lead-in may be among the items."""
    text = _part_of(items[-1], *lead_in).text
    quotes = [Quote(_part_of(items[-1], *lead_in), 0)]
    led_in = [item for item in items if (item.start, item.end) != lead_in]
    for number, item in enumerate(led_in):
        text += _BETWEEN_ITEMS if number else " "
        told = _part_of(item, item.start, item.start + len(_PARTED.sub("", item.text)))
        quotes.append(Quote(told, len(text)))
        text += told.text
    return DraftSentence(text, tuple(led_in), tuple(quotes))

"""The text of a passage as encoder, word index and reader get it: what it is about, then itself.

A table's row is written out with its heads ("Brisk: Gold 3, Silver 14"), so that it can be understood alone; furniture
is left out. Every stretch that is the article's own knows where it stands there.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import NamedTuple

from corpus.article import Article, Passage
from corpus.block import BlockKind, Cell, Stretch
from corpus.store.protocols import Store
from corpus.units import Role, Unit, units_within

_TITLE_BYTES = 160
"""A token is at least one byte, so that even a title without spaces leaves room for its passage."""

_HEADING_CHARACTERS = 160
"""Of the headings above a passage, the innermost first; more would push the passage itself aside."""

_ARTICLES_AT_ONCE = 32
"""Read in one query; few, because nothing limits the length of an article."""


class Run(NamedTuple):
    """A stretch of a passage's text at `start` that is the article's own, from `source` on."""

    start: int
    source: int
    length: int


class ReadUnit(NamedTuple):
    """A unit, and [start, end) of the passage's text where it is written out."""

    unit: Unit
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class PassageText:
    """A passage written out for reading: `heading` are the headings above it, `text` is itself."""

    heading: str
    text: str
    units: tuple[ReadUnit, ...]
    runs: tuple[Run, ...]

    def source_of(self, start: int, end: int) -> Stretch | None:
        """Return the article's stretch for [start, end) of `text`; of several, the longest; None where it is none."""
        first = max(0, bisect_right(self.runs, start, key=lambda run: run.start) - 1)
        found = []
        for run in self.runs[first:]:
            if run.start >= end:
                break
            begin, stop = max(start, run.start), min(end, run.start + run.length)
            if begin < stop:
                found.append((run.source + begin - run.start, run.source + stop - run.start))
        return max(found, key=lambda stretch: stretch[1] - stretch[0], default=None)


@dataclass(slots=True)
class _Writer:
    """Text as it grows, with the runs that are the article's own."""

    article: str
    text: str = ""
    runs: list[Run] = field(default_factory=list)

    def quote(self, start: int, end: int) -> None:
        self.runs.append(Run(len(self.text), start, end - start))
        self.text += self.article[start:end]

    def add(self, text: str) -> None:
        self.text += text


def passage_text(article: Article, start: int, end: int) -> PassageText:
    """Return [start, end) of the article's text as it is read."""
    return _structured(article, start, end) if article.blocks else _plain(article, start, end)


def _plain(article: Article, start: int, end: int) -> PassageText:
    units = (ReadUnit(unit, unit.start - start, unit.end - start) for unit in units_within(article, start, end))
    return PassageText("", article.text[start:end], tuple(units), (Run(0, start, end - start),))


def _structured(article: Article, start: int, end: int) -> PassageText:
    units = [unit for unit in units_within(article, start, end) if unit.kind is not BlockKind.FURNITURE]
    writer = _Writer(article.text)
    read: list[ReadUnit] = []
    for unit in units:
        if writer.text:
            between = article.text[read[-1].unit.end : unit.start] if read else ""
            writer.add(between if between and not between.strip() else "\n")
        begins = len(writer.text)
        _write_unit(writer, unit)
        read.append(ReadUnit(unit, begins, len(writer.text)))
    heading = headings_above(article, units[0]) if units else ""
    return PassageText(heading, writer.text, tuple(read), tuple(writer.runs))


def _write_unit(writer: _Writer, unit: Unit) -> None:
    """Write a unit out: a row with the heads of its cells, anything else as it stands."""
    values = [cell for cell in unit.cells if cell.row or cell.column]
    if unit.kind is not BlockKind.ROW or not values:
        writer.quote(unit.start, unit.end)
        return
    own = [cell for cell in values if cell.row]
    rows = own[0].row if own else ()
    for number, head in enumerate(rows):
        writer.add(", " if number else "")
        writer.quote(*head)
    for number, cell in enumerate(own or values):
        writer.add(", " if number else ": " if rows else "")
        _write_cell(writer, cell)


def _write_cell(writer: _Writer, cell: Cell) -> None:
    for head in cell.column:
        writer.quote(*head)
        writer.add(" ")
    writer.quote(cell.start, cell.end)


def headings_above(article: Article, unit: Unit, roles: Collection[Role] = (Role.HEADING, Role.QUESTION)) -> str:
    """Return the headings above a unit on a line, the innermost ones that there is room for; empty without any."""
    parts: list[str] = []
    for part in reversed(unit.context):
        if part.role in roles:
            written = article.text[part.start : part.end]
            if sum(map(len, parts)) + len(written) > _HEADING_CHARACTERS:
                break
            if written.casefold() != article.title.casefold():  # which stands above everything anyhow
                parts.insert(0, written)
    return " > ".join(parts)


@dataclass(frozen=True, slots=True)
class EmbeddedText:
    """What is embedded for a passage: `whole` (title, headings, passage, each on a line of its own), and each unit."""

    whole: str
    units: tuple[str, ...]


def embedded_text(article: Article, start: int, end: int) -> EmbeddedText:
    """Return what is embedded for the passage [start, end) of an article's text."""
    read = passage_text(article, start, end)
    heading = f"{read.heading}\n" if read.heading else ""
    units = (_unit_text(article, read.text[one.start : one.end], one.unit) for one in read.units)
    return EmbeddedText(text_start(article.title) + heading + read.text, tuple(units))


def _unit_text(article: Article, written: str, unit: Unit) -> str:
    """Return a unit with the question that it answers, and what leads its list in."""
    before = (part for part in unit.context if part.role in (Role.QUESTION, Role.LEAD_IN))
    return " ".join((*(article.text[part.start : part.end] for part in before), written))


def text_start(title: str) -> str:
    """Return what stands before everything else in `EmbeddedText.whole`: the title's first 160 bytes; empty without."""
    short_title = title.encode("utf-8", "ignore")[:_TITLE_BYTES].decode("utf-8", "ignore")
    return f"{short_title}\n" if short_title else ""


def embedded_texts(store: Store, passages: Sequence[Passage]) -> Iterator[tuple[Passage, EmbeddedText]]:
    """Yield each passage with its embedded text, in order; passages of one article should stand together.

    A passage whose article was replaced or deleted meanwhile is left out.
    """
    by_article = [list(group) for _, group in groupby(passages, key=lambda passage: passage.article_id)]
    for start in range(0, len(by_article), _ARTICLES_AT_ONCE):
        groups = by_article[start : start + _ARTICLES_AT_ONCE]
        articles = store.articles.get_many([group[0].article_id for group in groups])
        for passage in (passage for group in groups for passage in group):
            article = articles.get(passage.article_id)
            if article is not None and article.content_hash == passage.content_hash:
                yield passage, embedded_text(article, passage.start, passage.end)

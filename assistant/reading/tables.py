"""Tables: the cells of a table that a question asks for, by the heads that it names, in words that decide exactly."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from corpus.article import Article
from corpus.block import BlockKind, Cell, Stretch
from corpus.keyed import Keyed
from corpus.text.analysis import content_terms
from corpus.text.english import ENGLISH
from corpus.units import Unit, units_of

_REMEMBERED = 64
"""Articles whose tables are kept for the next question."""

_GREATEST = re.compile(rf"\b{ENGLISH.any_of('greatest')}\b", re.IGNORECASE)
_FEWEST = re.compile(rf"\b{ENGLISH.any_of('fewest')}\b", re.IGNORECASE)
_NEWEST = re.compile(rf"\b{ENGLISH.any_of('latest')}\b", re.IGNORECASE)

_NUMBER = re.compile(r"(?P<sign>[-−–]?) [^\d\w]* (?P<digits> \d [\d,.\s\u00a0\u202f]* ) [^\d]*", re.VERBOSE)
_THOUSANDS = re.compile(r"[\s\u00a0\u202f] | , (?= \d{3} (?! \d ) )", re.VERBOSE)

_PART_OF_YEAR = re.compile(
    rf"\b (?P<which> {ENGLISH.any_of('first_ordinals')} ) [\s-]+ (?P<part> quarter | half ) \b",
    re.VERBOSE | re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class AskedFor:
    """The cells of a row that a question asks for. `head` is what answers where the greatest or least is asked for."""

    cells: tuple[Cell, ...]
    head: Stretch | None = None


def cells_asked_for(question: str, weights: Mapping[str, float], article: Article, row: Unit) -> AskedFor | None:
    """Return the cells of a row that the question names by their heads: none, when it names those of other rows.

    None where heads decide nothing: the question names no row of the table. "The most" of what it names is the cell
    with the greatest number. `weights` are those of the question's terms.
    """
    table = next(
        (table for table in _tables(Keyed((article.content_hash, article.read_by), article)) if row in table), None
    )
    if table is None:
        return None
    most = max(weights.values(), default=1.0)
    named = _best_named(article, table, {**dict.fromkeys(_parts_of_year(question), most), **weights})
    extreme = _extreme(question)
    if extreme and len(named) > 1 and all(_number(article, cell) is not None for cell in named):
        one = extreme(named, key=lambda cell: _number(article, cell))
        return AskedFor((one,) if one in row.cells else (), _varying_head(one, named))
    if not any(set(weights) & _terms_of(article, cell.row) for cell in named):
        return None
    return AskedFor(tuple(cell for cell in row.cells if cell in named))


@lru_cache(_REMEMBERED)
def _tables(keyed: Keyed[Article]) -> list[list[Unit]]:
    """Return the rows of each table of an article; heads of columns begin another."""
    tables: list[list[Unit]] = []
    before = None
    for unit in units_of(keyed.value):
        if unit.kind is BlockKind.ROW:
            if before is None or before.kind is not BlockKind.ROW:
                tables.append([])
            tables[-1].append(unit)
        before = unit
    return tables


def _best_named(article: Article, table: Sequence[Unit], weights: Mapping[str, float]) -> list[Cell]:
    """Return the cells whose heads carry the most of the question's terms; none when no head carries any."""
    scored = [
        (sum(weights[term] for term in _terms_of(article, (*cell.row, *cell.column)) if term in weights), cell)
        for row in table
        for cell in row.cells
        if cell.row
    ]
    best = max((score for score, _ in scored), default=0.0)
    return [cell for score, cell in scored if best > 0 and score == best]


def _terms_of(article: Article, heads: Iterable[Stretch]) -> set[str]:
    return {term for start, end in heads for term in content_terms(article.text[start:end])}


def _parts_of_year(question: str) -> list[str]:
    """Return `q2` for a second quarter, as tables write it, and `h1` for a first half."""
    ordinals = ENGLISH.values("first_ordinals")
    found = _PART_OF_YEAR.finditer(question)
    return [f"{match['part'][0].lower()}{ordinals[match['which'].lower()]}" for match in found]


def _extreme(question: str) -> Callable[..., Cell] | None:
    if _NEWEST.search(question):
        return None
    if _GREATEST.search(question):
        return max
    return min if _FEWEST.search(question) else None


def _number(article: Article, cell: Cell) -> float | None:
    match = _NUMBER.fullmatch(article.text[cell.start : cell.end])
    if match is None:
        return None
    digits = _THOUSANDS.sub("", match["digits"]).rstrip(".,").replace(",", ".")
    return float(f"{'-' if match['sign'] else ''}{digits}") if digits.count(".") <= 1 else None


def _varying_head(one: Cell, named: Sequence[Cell]) -> Stretch | None:
    """Return the head that tells this cell from the others that were named: of its row, or of its column."""
    if any(cell.row != one.row for cell in named):
        return one.row[-1]
    return one.column[-1] if one.column else None

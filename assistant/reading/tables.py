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
from corpus.units import Role, Unit, units_of

_REMEMBERED = 64
"""Articles whose tables are kept for the next question."""

_GREATEST = re.compile(rf"\b{ENGLISH.any_of('greatest')}\b", re.IGNORECASE)
_FEWEST = re.compile(rf"\b{ENGLISH.any_of('fewest')}\b", re.IGNORECASE)
_HOW = re.compile(rf"\bhow\s+({ENGLISH.any_of('measures')})\b", re.IGNORECASE)
_NEWEST = re.compile(rf"\b{ENGLISH.any_of('latest')}\b", re.IGNORECASE)

_ABOVE = (Role.HEADING, Role.QUESTION, Role.LEAD_IN)

_NUMBER = re.compile(r"(?P<sign>[-−–]?) [^\d\w]* (?P<digits> \d [\d,.\s\u00a0\u202f]* ) [^\d]*", re.VERBOSE)
_SPACE = re.compile(r"[\s\u00a0\u202f]")
_ONLY_THOUSANDS = re.compile(r"\d{1,3} (?: ,\d{3} )+ | \d{1,3} (?: \.\d{3} ){2,}", re.VERBOSE)

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
    with the greatest number. Where several tables of the article have what it names, headings above them decide.
    `weights` are those of the question's terms.
    """
    tables = _tables(Keyed((article.content_hash, article.read_by), article))
    table = next((table for table in tables if row in table), None)
    if table is None:
        return None
    most = max(weights.values(), default=1.0)
    asked = {**dict.fromkeys((*_parts_of_year(question), *_measures(question)), most), **weights}
    named, score = _best_named(article, table, asked)
    if any(_is_named_rather(article, other, asked, score, table) for other in tables if other is not table):
        return AskedFor(())
    extreme = _extreme(question)
    if extreme and len(named) > 1 and all(_number(article, cell) is not None for cell in named):
        one = extreme(named, key=lambda cell: _number(article, cell))
        return AskedFor((one,) if one in row.cells else (), _varying_head(one, named))
    if not any(set(weights) & _terms_of(article, cell.row) for cell in named):
        return None
    return AskedFor(tuple(cell for cell in row.cells if cell in named))


@lru_cache(_REMEMBERED)
def _tables(keyed: Keyed[Article]) -> list[list[Unit]]:
    """Return the rows of each table of an article; other text or other heads of columns begin another."""
    tables: list[list[Unit]] = []
    goes_on = False
    for unit in units_of(keyed.value):
        if unit.kind is BlockKind.ROW:
            columns = _columns(unit)
            if not goes_on or (columns and columns.isdisjoint(_columns(tables[-1][-1]))):
                tables.append([])
            tables[-1].append(unit)
            goes_on = True
        goes_on = goes_on and bool(unit.cells)
    return tables


def _columns(row: Unit) -> set[Stretch]:
    return {head for cell in row.cells for head in cell.column}


def _best_named(article: Article, table: Sequence[Unit], weights: Mapping[str, float]) -> tuple[list[Cell], float]:
    """Return the cells whose heads carry the most of the question's terms, and the terms' weight; none without any."""
    scored = [
        (_weight(_terms_of(article, (*cell.row, *cell.column)), weights), cell)
        for row in table
        for cell in row.cells
        if cell.row
    ]
    best = max((score for score, _ in scored), default=0.0)
    return [cell for score, cell in scored if best > 0 and score == best], best


def _is_named_rather(
    article: Article, other: Sequence[Unit], weights: Mapping[str, float], score: float, table: Sequence[Unit]
) -> bool:
    """Whether the question names cells of `other` as much by their heads, and more by what stands above that table."""
    above, above_other = _terms_above(article, table), _terms_above(article, other)
    if _weight(above_other, weights) <= _weight(above, weights):
        return False
    return score > 0 and _best_named(article, other, weights)[1] >= score


def _terms_above(article: Article, table: Sequence[Unit]) -> set[str]:
    return _terms_of(article, ((part.start, part.end) for part in table[0].context if part.role in _ABOVE))


def _weight(terms: Iterable[str], weights: Mapping[str, float]) -> float:
    return sum(weights[term] for term in terms if term in weights)


def _terms_of(article: Article, heads: Iterable[Stretch]) -> set[str]:
    return {term for start, end in heads for term in content_terms(article.text[start:end])}


def _parts_of_year(question: str) -> list[str]:
    """Return `q2` for a second quarter, as tables write it, and `h1` for a first half."""
    ordinals = ENGLISH.values("first_ordinals")
    found = _PART_OF_YEAR.finditer(question)
    return [f"{match['part'][0].lower()}{ordinals[match['which'].lower()]}" for match in found]


def _measures(question: str) -> list[str]:
    """Return the terms by which a table heads what is asked for: the height, for "how high"."""
    named = (ENGLISH.values("measures")[match[1].lower()] for match in _HOW.finditer(question))
    return content_terms(" ".join(named))


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
    digits = _plain_digits(_SPACE.sub("", match["digits"]).rstrip(".,"))
    return float(f"{'-' if match['sign'] else ''}{digits}") if digits.count(".") <= 1 else None


def _plain_digits(written: str) -> str:
    """Return a number without marks of thousands, its decimals after a point: of two kinds of mark, after the last."""
    if _ONLY_THOUSANDS.fullmatch(written):
        return re.sub(r"[.,]", "", written)
    if "," in written and "." in written:
        return written.replace(*((".", "") if written.rfind(",") > written.rfind(".") else (",", ""))).replace(",", ".")
    return written.replace(",", ".")


def _varying_head(one: Cell, named: Sequence[Cell]) -> Stretch | None:
    """Return the head that tells this cell from the others that were named: of its row, or of its column."""
    if any(cell.row != one.row for cell in named):
        return one.row[-1]
    return one.column[-1] if one.column else None

"""Whole lists: where most of what was read of a list answers, so does the rest of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from assistant.answer import Evidence
from corpus.block import BlockKind
from corpus.units import Unit, units_of

_ANSWERS = 0.3
"""Share of the best evidence's support from which an item answers."""

_MOST = 0.5
"""Share of a list's items that were read which have to answer."""

_FEWEST = 2
"""Items that have to answer: one alone says nothing of the others."""


def with_whole_lists(ranked: Sequence[Evidence]) -> list[Evidence]:
    """Return evidence for one sub-question, best first, with the items of its lists that were not read.

    Those get the mean support of their list's items that were.
    """
    enough = _ANSWERS * ranked[0].support if ranked else 0.0
    added: list[Evidence] = []
    seen: set[tuple[str, int]] = set()
    for item in ranked:
        members = _list_of(item)
        first = (item.hit.article.id, members[0].start) if members else None
        if first is None or first in seen or item.support < enough:
            continue
        seen.add(first)
        read = [one for one in ranked if one.hit.article.id == item.hit.article.id and _is_among(one, members)]
        if sum(one.support >= enough for one in read) >= max(_FEWEST, _MOST * len(read)):
            mean = sum(one.support for one in read) / len(read)
            added += _not_read(item, members, read, mean)
    return sorted((*ranked, *added), key=lambda one: -one.support)


def items_left_out(told: Sequence[Evidence], ranked: Sequence[Evidence]) -> list[Evidence]:
    """Return the items that answer and were not told, of lists of which some were; `ranked` is the evidence for one
    sub-question, best first."""
    whole = with_whole_lists(ranked)
    enough = _ANSWERS * whole[0].support if whole else 0.0
    left = [item for item in whole if item.support >= enough and not any(item.overlaps(one) for one in told)]
    return [item for item in left if any(are_of_one_list(item, one) for one in told)]


def are_of_one_list(one: Evidence, other: Evidence) -> bool:
    """Whether two are different items below the same heads of the same article."""
    units = one.unit, other.unit
    is_same = one.hit.article.id == other.hit.article.id and not one.overlaps(other)
    return is_same and None not in units and _are_together(*(unit for unit in units if unit))


def _list_of(item: Evidence) -> list[Unit]:
    """Return the items that stand together below the same heads with one; none where it is no item."""
    if item.unit is None or item.unit.kind is not BlockKind.ITEM:
        return []
    units = units_of(item.hit.article)
    at = next((number for number, unit in enumerate(units) if unit.start <= item.start < unit.end), None)
    if at is None:
        return []
    first, last = at, at
    while first > 0 and _are_together(units[first - 1], units[at]):
        first -= 1
    while last + 1 < len(units) and _are_together(units[last + 1], units[at]):
        last += 1
    return list(units[first : last + 1])


def _are_together(one: Unit, other: Unit) -> bool:
    return one.kind is BlockKind.ITEM and one.context == other.context


def _is_among(item: Evidence, members: Sequence[Unit]) -> bool:
    return members[0].start <= item.start < members[-1].end


def _not_read(item: Evidence, members: Sequence[Unit], read: Sequence[Evidence], support: float) -> Iterator[Evidence]:
    for unit in members:
        if unit.may_be_quoted and not any(unit.start <= one.start < unit.end for one in read):
            yield replace(item, start=unit.start, end=unit.end, unit=unit, support=support, short=None, copies=())

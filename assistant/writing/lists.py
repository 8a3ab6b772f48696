"""Whole lists: where most of what was read of a list answers, or what leads it in, so does the rest of it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import replace

from assistant.answer import Evidence
from corpus.block import BlockKind
from corpus.text.counting import small_numbers
from corpus.units import Unit, led_in_by, units_of

_ANSWERS = 0.3
"""Share of the best evidence's support from which an item answers."""

_MOST = 0.5
"""Share of a list's items that were read which have to answer."""

_FEWEST = 2
"""Items that have to answer: one alone says nothing of the others."""


_AS_GOOD = 0.5
"""Share of the best evidence's support from which an item of a list that says how many it tells speaks for them all."""

_WOULD_BE_TOLD = 0.1
"""Share from which what leads in a list would itself stand in an answer (`assistant.writing.shapes`)."""


def with_whole_lists(ranked: Sequence[Evidence], asked: str = "") -> list[Evidence]:
    """Return evidence for one sub-question, best first, with the items of its lists that were not read.

    Those get the mean support of their list's items that were. What leads in a list is worth nothing without it: where
    that answers, all items are as good, and stand in its place. A list that says how many it tells comes first where
    one of them answers, or where what is `asked` names that number.
    """
    ranked = _with_what_is_announced(_with_what_is_led_in(ranked), asked)
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


def _with_what_is_led_in(ranked: Sequence[Evidence]) -> list[Evidence]:
    """Return the evidence with the items of lists in the place of what leads them in and answers."""
    enough = _ANSWERS * ranked[0].support if ranked else 0.0
    shown = list(ranked)
    for lead in ranked:
        members = _items_led_in_by(lead) if lead.support >= enough else []
        if len(members) >= _FEWEST:
            read = [one for one in shown if any(_begins_in(one, lead, unit) for unit in members)]
            others = [one for one in shown if one is not lead and one not in read]
            as_good = [replace(one, support=max(one.support, lead.support)) for one in read]
            shown = [*others, *as_good, *_not_read(lead, members, read, lead.support)]
    return sorted(shown, key=lambda one: -one.support)


def _with_what_is_announced(ranked: Sequence[Evidence], asked: str) -> list[Evidence]:
    """Return the evidence, first the items of a list that says how many there are ("There are four ways:")."""
    best = ranked[0].support if ranked else 0.0
    for lead in _leads(ranked):
        members = _items_led_in_by(lead)
        if len(members) < _FEWEST or len(members) not in small_numbers(lead.text):
            continue
        read = [one for one in ranked if any(_begins_in(one, lead, unit) for unit in members)]
        is_wanted = len(members) in small_numbers(asked) and lead.support >= _WOULD_BE_TOLD * best
        if is_wanted or any(one.support >= _AS_GOOD * best for one in read):
            items = [*(replace(one, support=best) for one in read), *_not_read(lead, members, read, best)]
            others = [one for one in ranked if one not in read and not one.overlaps(lead)]
            return [*sorted(items, key=lambda one: one.start), *others]
    return list(ranked)


def _leads(ranked: Sequence[Evidence]) -> list[Evidence]:
    """Return what may lead in a list: the evidence itself, and what leads in an item, which may not have been read."""
    leads = {(item.hit.article.id, item.start, item.end): item for item in ranked}
    for item in ranked:
        if item.unit and (stretch := item.unit.lead_in):
            start, end = stretch
            lead = replace(item, start=start, end=end, support=0.0, short=None, copies=())
            leads.setdefault((item.hit.article.id, start, end), lead)
    return list(leads.values())


def answer_as_list(ranked: Sequence[Evidence]) -> bool:
    """Whether the best evidence is an item of a list of which another one answers, too."""
    enough = _ANSWERS * ranked[0].support if ranked else 0.0
    return any(one.support >= enough and are_of_one_list(ranked[0], one) for one in ranked[1:])


def _items_led_in_by(lead: Evidence) -> list[Unit]:
    """Return the items of the list that a sentence leads in, each by its first sentence."""
    units = led_in_by(lead.hit.article, lead.start, lead.end)
    return [unit for unit in units if _begins_a_block(unit, lead)]


def _begins_in(one: Evidence, other: Evidence, unit: Unit) -> bool:
    return one.hit.article.id == other.hit.article.id and unit.start <= one.start < unit.end


def _begins_a_block(unit: Unit, item: Evidence) -> bool:
    """Whether a unit is the first sentence of an item, which says what the others go on with."""
    blocks = item.hit.article.blocks
    at = bisect_right(blocks, unit.start, key=lambda block: block.start) - 1
    return at >= 0 and blocks[at].start == unit.start


def items_left_out(told: Sequence[Evidence], ranked: Sequence[Evidence], asked: str = "") -> list[Evidence]:
    """Return the items that answer and were not told, of lists of which some were; `ranked` is the evidence for one
    sub-question, best first."""
    whole = with_whole_lists(ranked, asked)
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
        is_read = any(unit.start <= one.start < unit.end for one in read)
        if unit.may_be_quoted and _begins_a_block(unit, item) and not is_read:
            yield replace(item, start=unit.start, end=unit.end, unit=unit, support=support, short=None, copies=())

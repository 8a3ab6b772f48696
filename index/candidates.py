"""The candidates of a retrieval: what the indexes find, as far as it may be shown."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import islice

from corpus.article import ArticleFilter, Passage
from corpus.store.protocols import Store

_FEW_PASSAGES = 2_000
"""A filter that keeps at most so many is answered from all of them, 25 ms for each thousand. Of more than 2,000 in
100,000, 50 are found among an index's best 3,200, which takes no longer."""

_ASK_AGAIN_FOR = 4
"""Times as many, when too few of the passages that an index found may be shown, or are of use."""

_MOST_TIMES = 64
"""As many as at first are the most that are looked at closely: for 50, 3,200 of each index."""

Ranked = list[tuple[str, float]]
"""Passage ids with a score, best first."""

Lookup = Callable[[int], Ranked]
"""Asks an index for its best so many; it gives fewer only when it has no more."""


def find_candidates(
    store: Store, wanted: ArticleFilter, enough: int, lookups: Sequence[Lookup]
) -> Iterator[dict[str, Passage]]:
    """Yield, by id, the best `enough` of each lookup among the current and wanted; or, when these are few, all.

    Who goes on gets more each time, those before among them, until there are no more or they are too many.
    """
    if not wanted.is_empty:
        passages = store.passages.matching(wanted, most=_FEW_PASSAGES)
        if passages is not None:
            yield {passage.id: passage for passage in passages}
            return
    most = _MOST_TIMES * enough
    while True:
        found = over_fetched(store, wanted, enough, lookups)
        yield found
        # Every lookup that has more gave `enough`.
        if len(found) < enough or enough >= most:
            return
        enough *= _ASK_AGAIN_FOR


def over_fetched(store: Store, wanted: ArticleFilter, enough: int, lookups: Sequence[Lookup]) -> dict[str, Passage]:
    """Return by id the best `enough` of each lookup among the current and wanted, in its order.

    Each is asked for more and more, until so many of what it has found may be shown or there is no more. With a filter
    for more at once, which costs less than to ask again.
    """
    asked = dict.fromkeys(lookups, enough if wanted.is_empty else enough * _ASK_AGAIN_FOR)
    found: dict[Lookup, list[str]] = {}
    shown: dict[str, Passage] = {}
    while asked:
        seen = {id_ for ids in found.values() for id_ in ids}
        found |= {lookup: [id_ for id_, _ in lookup(limit)] for lookup, limit in asked.items()}
        new = {id_ for lookup in asked for id_ in found[lookup]} - seen
        shown |= store.passages.get_many(new, None if wanted.is_empty else wanted)
        kept = {lookup: sum(id_ in shown for id_ in found[lookup]) for lookup in asked}
        asked = {
            lookup: _next(limit, enough, kept[lookup])
            for lookup, limit in asked.items()
            if kept[lookup] < enough and len(found[lookup]) == limit
        }
    best = (islice((id_ for id_ in found[lookup] if id_ in shown), enough) for lookup in lookups)
    return {id_: shown[id_] for ids in best for id_ in ids}


def _next(asked: int, enough: int, kept: int) -> int:
    """Return for how many to ask when `kept` of those that were `asked` for may be shown: as many as it probably takes,
    and some more."""
    return max(asked * _ASK_AGAIN_FOR, asked * enough * 5 // (4 * kept) if kept else 0)

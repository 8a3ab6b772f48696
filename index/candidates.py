"""The candidates of a retrieval: what the indexes find, as far as it may be shown."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

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
        passages = store.passages.matching(wanted, limit=_FEW_PASSAGES + 1)
        if len(passages) <= _FEW_PASSAGES:
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

    Each is asked for more and more, until so many of what it has found may be shown or there is no more.
    """
    asked = enough
    while True:
        found = [[id_ for id_, _ in lookup(asked)] for lookup in lookups]
        shown = store.passages.get_many({id_ for ids in found for id_ in ids}, None if wanted.is_empty else wanted)
        best = [[id_ for id_ in ids if id_ in shown][:enough] for ids in found]
        if all(len(kept) == enough or len(ids) < asked for kept, ids in zip(best, found, strict=True)):
            return {id_: shown[id_] for kept in best for id_ in kept}
        asked *= _ASK_AGAIN_FOR

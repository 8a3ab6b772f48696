"""Which passages a search looks at closely: what its indexes find, as far as it may be shown."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from itertools import islice

from corpus.article import ArticleFilter, Passage
from corpus.catalog import Catalog

_ASK_AGAIN_FOR = 4
"""Times as many, when too few of the passages that an index found may be shown."""

Ranked = list[tuple[str, float]]
"""Passage ids with a score, best first."""

Lookup = Callable[[int], Ranked]
"""Asks an index for its best so many; it gives fewer only when it has no more."""


def find_candidates(
    catalog: Catalog, wanted: ArticleFilter, enough: int, lookups: Sequence[Lookup]
) -> dict[str, Passage]:
    """By id: the best `enough` of each lookup among the current and wanted; or, when these are few, all."""
    if wanted.is_empty:
        return _over_fetched(catalog, None, enough, lookups)
    articles = set(catalog.article_ids(wanted))
    if _are_few(len(articles), catalog.count_articles(), enough):
        return {passage.id: passage for passage in catalog.passages_of(articles)}
    return _over_fetched(catalog, articles, enough, lookups)


def _are_few(kept: int, total: int, enough: int) -> bool:
    """Whether comparing all that are kept is less work than over-fetching.

    Where one of total / kept may be shown, an index must find enough * total / kept.
    """
    return kept <= enough * total / max(kept, 1)


def _over_fetched(
    catalog: Catalog, articles: Collection[str] | None, enough: int, lookups: Sequence[Lookup]
) -> dict[str, Passage]:
    found: dict[str, Passage] = {}
    for lookup in lookups:
        found |= _best_shown(catalog, articles, enough, lookup)
    return found


def _best_shown(catalog: Catalog, articles: Collection[str] | None, enough: int, lookup: Lookup) -> dict[str, Passage]:
    """Asks for more and more, until `enough` of what is found may be shown or there is no more."""
    asked = enough
    while True:
        ranked = lookup(asked)
        current = catalog.passages([id_ for id_, _ in ranked])
        shown = {
            id_: current[id_]
            for id_, _ in ranked
            if id_ in current and (articles is None or current[id_].article_id in articles)
        }
        if len(shown) >= enough or len(ranked) < asked:
            return dict(islice(shown.items(), enough))
        asked *= _ASK_AGAIN_FOR

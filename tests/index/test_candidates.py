from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from unittest import mock

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.article import ArticleFilter
from corpus.store import DataFolder, open_store_writer
from corpus.store.protocols import Store
from index import candidates
from index.candidates import Ranked, find_candidates
from tests.index.library import article, put

FIRST_DAY = date(2025, 7, 1)
ARTICLES = [
    article(
        f"a{number}",
        f"Report {number} on chips.",
        publisher=["Agency", "Courier", None][number % 3],
        language=["en", "de"][number % 2],
        published=None if number % 7 == 0 else FIRST_DAY + timedelta(days=number % 20),
    )
    for number in range(60)
]
DAYS = st.none() | st.integers(-2, 22).map(lambda days: FIRST_DAY + timedelta(days=days))
FILTERS = st.builds(
    ArticleFilter,
    publisher=st.lists(st.sampled_from(["Agency", "Courier", "Nobody"]), max_size=2).map(tuple),
    language=st.lists(st.sampled_from(["en", "de", "fr"]), max_size=2).map(tuple),
    published_from=DAYS,
    published_to=DAYS,
    article_id=st.lists(st.sampled_from([article.id for article in ARTICLES]), max_size=20).map(tuple),
)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with open_store_writer(DataFolder(tmp_path_factory.mktemp("data"))) as store:
        put(store, ARTICLES)
        yield store


class Ranking:
    """An index that has ranked everything, some of it gone by now, and remembers how much was asked of it."""

    def __init__(self, store: Store, seed: int) -> None:
        ids = [passage.id for passage in store.passages.all()] + [f"p-gone-{n}" for n in range(20)]
        shuffled = np.random.default_rng(seed).permutation(ids)
        self.ranked: Ranked = [(str(id_), 1 / (1 + place)) for place, id_ in enumerate(shuffled)]
        self.asked: list[int] = []

    def __call__(self, limit: int) -> Ranked:
        self.asked.append(limit)
        return self.ranked[:limit]


@pytest.mark.parametrize("few", [0, 12, 1000])
@given(wanted=FILTERS, enough=st.integers(1, 30), seed=st.integers(0, 5))
def test_candidates_the_best_that_are_wanted_are_among_the_candidates_and_nothing_else(
    store: Store, few: int, wanted: ArticleFilter, enough: int, seed: int
) -> None:
    lookups = [Ranking(store, seed), Ranking(store, seed + 100)]
    with mock.patch.object(candidates, "_FEW_PASSAGES", few):
        found = next(find_candidates(store, wanted, enough, lookups))

    matching = {article.id for article in ARTICLES if wanted.matches(article)}
    allowed = {passage.id for passage in store.passages.all() if passage.article_id in matching}
    assert found.keys() <= allowed
    for lookup in lookups:
        assert {id_ for id_, _ in lookup.ranked if id_ in allowed and id_ in found} >= set(
            [id_ for id_, _ in lookup.ranked if id_ in allowed][:enough]
        )


def test_candidates_an_index_is_asked_again_only_when_it_has_to(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(candidates, "_FEW_PASSAGES", 12)
    everything, half = Ranking(store, 0), Ranking(store, 0)
    found = list(find_candidates(store, ArticleFilter(article_id=(ARTICLES[0].id,)), 5, [everything]))
    assert len(found) == 1
    assert everything.asked == []  # one passage is read from the store
    next(find_candidates(store, ArticleFilter(language=("de",)), 5, [half]))
    assert half.asked[0] == 20
    assert len(half.asked) <= 2


def test_candidates_who_goes_on_gets_more_until_there_is_no_more(store: Store) -> None:
    found = list(find_candidates(store, ArticleFilter(), 5, [Ranking(store, 0), Ranking(store, 1)]))
    assert all(few.items() <= many.items() for few, many in pairwise(found))
    assert len(found[0]) < 12
    assert len(found[-1]) == len(ARTICLES)
    assert len(found) == 3  # for the best 5, 20 and 80


def test_candidates_are_never_everything_there_is(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(candidates, "_MOST_TIMES", 4)
    ranking = Ranking(store, 0)
    assert len(list(find_candidates(store, ArticleFilter(), 5, [ranking]))[-1]) == 20


def test_candidates_few_articles_of_many_passages_are_not_all_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(candidates, "_FEW_PASSAGES", 12)
    book = article("book", "\n\n".join(f"Chapter {number} tells of ships and of chips." * 6 for number in range(40)))
    with open_store_writer(DataFolder(tmp_path)) as store:
        put(store, [book, *ARTICLES])
        ranking = Ranking(store, 0)
        found = next(find_candidates(store, ArticleFilter(article_id=(book.id,)), 5, [ranking]))
    assert len(found) == 5
    assert ranking.asked


def test_candidates_passages_of_deleted_and_replaced_articles_are_no_candidates(tmp_path: Path) -> None:
    with open_store_writer(DataFolder(tmp_path)) as store:
        put(store, ARTICLES[:3])
        ranking = Ranking(store, 0)
        store.articles.delete([ARTICLES[0].id])
        put(store, [article("a1", "Report 1 was withdrawn.")])
        (found,) = find_candidates(store, ArticleFilter(), 10, [ranking])
        assert {passage.article_id for passage in found.values()} == {ARTICLES[2].id}

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from corpus.article import Article
from corpus.store.protocols import Store
from index.article_cache import ArticleCache
from tests.index.library import article, put, writer_with

ONE, TWO, LONG = article("one", "1" * 10), article("two", "2" * 10), article("long", "3" * 100)


class Watched:
    """A store that remembers which articles were read."""

    def __init__(self, store: Store) -> None:
        self.changes, self.articles = store.changes, self
        self._store = store
        self.read: list[str] = []

    def get_many(self, ids: Collection[str]) -> dict[str, Article]:
        found = self._store.articles.get_many(ids)
        self.read += sorted(article.external_id for article in found.values())
        return found


def test_article_cache_an_article_is_read_once(tmp_path: Path) -> None:
    with writer_with(tmp_path, ONE, TWO) as store:
        watched = Watched(store)
        cache = ArticleCache(watched)
        for _ in range(3):
            assert cache.articles([ONE.id, TWO.id, "a-unknown"]) == {ONE.id: ONE, TWO.id: TWO}
        assert watched.read == ["one", "two"]


def test_article_cache_the_least_lately_used_are_let_go_first(tmp_path: Path) -> None:
    with writer_with(tmp_path, ONE, TWO, LONG) as store:
        watched = Watched(store)
        cache = ArticleCache(watched, most_characters=110)
        for wanted in (ONE, TWO, ONE, LONG, ONE, TWO):
            assert cache.articles([wanted.id]) == {wanted.id: wanted}
        assert watched.read == ["one", "two", "long", "two"]


def test_article_cache_an_article_longer_than_the_cache_is_given_all_the_same(tmp_path: Path) -> None:
    with writer_with(tmp_path, ONE, LONG) as store:
        cache = ArticleCache(store, most_characters=50)
        assert cache.articles([LONG.id, ONE.id]) == {LONG.id: LONG, ONE.id: ONE}


def test_article_cache_what_did_not_change_is_kept_while_others_come(tmp_path: Path) -> None:
    with writer_with(tmp_path, ONE) as store:
        watched = Watched(store)
        cache = ArticleCache(watched)
        cache.articles([ONE.id])
        put(store, [TWO])
        assert cache.articles([ONE.id, TWO.id]) == {ONE.id: ONE, TWO.id: TWO}
        assert watched.read == ["one", "two"]


def test_article_cache_what_is_read_while_it_changes_is_not_kept(tmp_path: Path) -> None:
    changed = article("one", "another")

    class Slow(Watched):
        """One reader is still at it when another has seen the change."""

        def get_many(self, ids: Collection[str]) -> dict[str, Article]:
            before = super().get_many(ids)
            if self.read == ["one"]:
                put(store, [changed])
                assert cache.articles([]) == {}
            return before

    with writer_with(tmp_path, ONE) as store:
        cache = ArticleCache(Slow(store))
        assert cache.articles([ONE.id]) == {ONE.id: ONE}
        assert cache.articles([ONE.id]) == {ONE.id: changed}


def test_article_cache_what_changed_in_the_store_is_read_again(tmp_path: Path) -> None:
    with writer_with(tmp_path, ONE) as store:
        cache = ArticleCache(store)
        cache.articles([ONE.id])
        renamed = article("one", ONE.text, title="Renamed")
        put(store, [renamed])
        assert cache.articles([ONE.id]) == {ONE.id: renamed}
        store.articles.delete([ONE.id])
        assert cache.articles([ONE.id]) == {}

"""Keeps the articles that were found last, so that a long text is not read from disk for every search."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection
from threading import Lock

from corpus.article import Article
from corpus.catalog import Catalog

_MOST_CHARACTERS = 16_000_000
"""Of texts held: 16 to 64 MB of memory, some 4,000 news articles."""


class ArticleCache:
    """Safe to share between threads; never older than the catalog."""

    def __init__(self, catalog: Catalog, most_characters: int = _MOST_CHARACTERS) -> None:
        self._catalog = catalog
        self._most_characters = most_characters
        self._lock = Lock()
        self._held: OrderedDict[str, Article] = OrderedDict()
        self._characters = 0
        self._seq = -1

    def articles(self, ids: Collection[str]) -> dict[str, Article]:
        """The current versions of those that exist."""
        with self._lock:
            self._forget_if_outdated()
            missing = [id_ for id_ in ids if id_ not in self._held]
            for article in self._catalog.articles(missing).values() if missing else ():
                self._hold(article)
            found = {id_: self._held[id_] for id_ in ids if id_ in self._held}
            for id_ in found:
                self._held.move_to_end(id_)
            self._let_go()
            return found

    def _forget_if_outdated(self) -> None:
        seq = self._catalog.seq()
        if seq != self._seq:
            self._held.clear()
            self._characters, self._seq = 0, seq

    def _hold(self, article: Article) -> None:
        self._held[article.id] = article
        self._characters += len(article.text)

    def _let_go(self) -> None:
        while self._characters > self._most_characters:
            _, article = self._held.popitem(last=False)
            self._characters -= len(article.text)

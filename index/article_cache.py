"""A cache of the articles found last, so that a long text is not read from disk for every search."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection
from threading import Lock

from corpus.article import Article
from corpus.store.protocols import Store

_MOST_CHARACTERS = 16_000_000
"""Of texts held: 16 to 64 MB of memory, some 4,000 news articles."""


class ArticleCache:
    """Safe to share between threads, which do not wait for each other's reading; never older than the store."""

    def __init__(self, store: Store, most_characters: int = _MOST_CHARACTERS) -> None:
        self._store = store
        self._most_characters = most_characters
        self._lock = Lock()
        self._held: OrderedDict[str, Article] = OrderedDict()
        self._characters = 0
        self._seq = store.changes.seq()

    def articles(self, ids: Collection[str]) -> dict[str, Article]:
        """Return the current versions of those that exist."""
        with self._lock:
            self._forget_changed()
            seq = self._seq
            found = {id_: self._held[id_] for id_ in ids if id_ in self._held}
            for id_ in found:
                self._held.move_to_end(id_)
        missing = [id_ for id_ in ids if id_ not in found]
        if not missing:
            return found
        read = self._store.articles.get_many(missing)
        with self._lock:
            # What another thread knows to have changed meanwhile may have been read as it was before.
            if self._seq == seq:
                for article in read.values():
                    self._hold(article)
        return found | read

    def _forget_changed(self) -> None:
        seq = self._store.changes.seq()
        if seq != self._seq:
            for change in self._store.changes.since(self._seq):
                self._drop(change.article_id)
            self._seq = seq

    def _hold(self, article: Article) -> None:
        self._drop(article.id)
        self._held[article.id] = article
        self._characters += len(article.text)
        while self._characters > self._most_characters:
            self._drop(next(iter(self._held)))

    def _drop(self, article_id: str) -> None:
        article = self._held.pop(article_id, None)
        self._characters -= len(article.text) if article else 0

"""Articles and passages for the tests of the store."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from corpus.article import Article, Outcome, Passage, SplitArticle, article_id, content_hash
from corpus.store.protocols import Store


def article(name: str, text: str, origin: str | None = None, title: str = "", **metadata: Any) -> Article:
    """An article that its source calls `name`, read from `origin` (by default a file of that name)."""
    return Article(
        id=article_id(name),
        external_id=name,
        origin=origin or f"/articles/{name}.txt",
        title=title,
        text=text,
        content_hash=content_hash(text),
        **metadata,
    )


def passage(of: Article, start: int = 0, end: int = 5) -> Passage:
    """A passage of the current text whose vector is that of its words."""
    words = of.text[start:end]
    return Passage(f"{of.content_hash[-8:]}-{start}-{end}-{of.id}", of.id, of.content_hash, start, end, words)


def put_unsplit(store: Store, articles: Sequence[Article]) -> list[Outcome]:
    """Take articles in without passages, as a killed writer of an older version left them."""
    return store.articles.put("", [SplitArticle(article, None) for article in articles])


def run_together(*tasks: Callable[[], None]) -> None:
    """Each task in a thread of its own; raises what one of them raised."""
    with ThreadPoolExecutor(len(tasks)) as threads:
        for finished in [threads.submit(task) for task in tasks]:
            finished.result()

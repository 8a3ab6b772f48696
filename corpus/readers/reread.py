"""Reading stored articles again from their sources, by readers that make more of them than those did."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from corpus.article import Article
from corpus.errors import UnreadableSource
from corpus.job import PostedSource
from corpus.readers.dispatch import drafts
from corpus.readers.draft import finish
from corpus.readers.posted import ORIGIN
from corpus.web.page import is_fetched, read_source

_ANY_LENGTH = 2**63 - 1
"""What was taken in once is not refused for its length."""

_NOT_KEPT = "what was sent or fetched is not kept; post it, or ingest its address, again."


def read_again(
    articles: Mapping[str, Article], posted_source: Callable[[str], PostedSource | None]
) -> Iterator[Article | UnreadableSource]:
    """Yield each of these articles, by id, as its source makes it now, or why that cannot be read."""
    by_file: dict[str, dict[str, Article]] = {}
    for article in articles.values():
        if article.origin == ORIGIN or is_fetched(article):
            yield _posted_again(article, posted_source(article.id))
        else:
            by_file.setdefault(article.origin.partition("#")[0], {})[article.origin] = article
    for file, by_origin in by_file.items():
        yield from _file_again(Path(file), by_origin)


def _posted_again(article: Article, source: PostedSource | None) -> Article | UnreadableSource:
    if source is None:
        return UnreadableSource(article.external_id, _NOT_KEPT)
    try:
        again, _ = read_source(source, _ANY_LENGTH)
    except UnreadableSource as error:
        return error
    return again


def _file_again(file: Path, by_origin: Mapping[str, Article]) -> Iterator[Article | UnreadableSource]:
    waiting = dict(by_origin)
    try:
        for draft in drafts(file):
            if isinstance(draft, UnreadableSource):
                continue
            origin = f"{file}#{draft.external_id}" if draft.external_id else str(file)
            if stored := waiting.pop(origin, None):
                # An article that its source does not name is called as when it was taken in.
                again, _ = finish(draft, stored.external_id, origin)
                yield again
    except UnreadableSource as error:
        yield error
        return
    yield from (UnreadableSource(origin, "it is no longer in its file.") for origin in waiting)

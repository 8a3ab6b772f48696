"""Facts and changes in words: what is told of them, read from the stored articles at that moment."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from corpus.errors import UnknownArticle
from corpus.store.protocols import Store
from corpus.watch import CitedSpan, Fact, Watch, WatchChange


@dataclass(frozen=True, slots=True)
class Quote:
    """A sentence of a stored version: `article.text[start:end] == quote`, in code points."""

    quote: str
    short: str | None
    article_id: str
    content_hash: str
    start: int
    end: int
    title: str
    url: str | None
    publisher: str | None
    published: date | None


@dataclass(frozen=True, slots=True)
class ToldFact:
    """A fact with the sentences that say so. None is left of articles that were deleted, and maybe none at all."""

    verdict: str | None
    quotes: tuple[Quote, ...]


@dataclass(frozen=True, slots=True)
class ToldChange:
    """A change in words."""

    id: str
    noted: datetime
    added: tuple[ToldFact, ...]
    ended: tuple[ToldFact, ...]


def told_facts(store: Store, watch: Watch, facts: Iterable[Fact]) -> tuple[ToldFact, ...]:
    """Return facts in words, as far as the question may see their articles."""
    within = store.within(watch.bounds)
    return tuple(
        ToldFact(fact.verdict, tuple(quote for cited in fact.cited if (quote := _quote(within, cited)) is not None))
        for fact in facts
    )


def told_change(store: Store, watch: Watch, change: WatchChange) -> ToldChange:
    """Return a change in words."""
    added, ended = (told_facts(store, watch, facts) for facts in (change.change.added, change.change.ended))
    return ToldChange(f"change-{change.number}", change.noted, added, ended)


def source_line(title: str, publisher: str | None, published: date | None) -> str:
    """Return what names a source beside its words, as far as it is known."""
    return ", ".join(filter(None, (title, publisher, published.isoformat() if published else None)))


def as_json(told: object) -> Any:
    """Make a moment or a day what JSON has for it."""
    assert isinstance(told, (date, datetime))
    return told.isoformat()


def _quote(store: Store, cited: CitedSpan) -> Quote | None:
    try:
        article = store.articles.get(cited.article_id, cited.content_hash)
    except UnknownArticle:
        return None
    return Quote(
        quote=article.text[cited.start : cited.end],
        short=article.text[slice(*cited.short)] if cited.short else None,
        article_id=article.id,
        content_hash=article.content_hash,
        start=cited.start,
        end=cited.end,
        title=article.title,
        url=article.url,
        publisher=article.publisher,
        published=article.published,
    )

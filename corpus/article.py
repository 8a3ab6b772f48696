"""The nouns of the corpus. All are values: frozen, compared by content, safe to share between threads."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from corpus.block import Block


@dataclass(frozen=True, slots=True)
class Article:
    """One source article in its canonical form.

    `text` is canonical (see `corpus.text.canonical.canonical_text`) and never changes for a given `content_hash`;
    every offset in the product is a code-point offset into it.
    `external_id` is the identity its source gives it: the canonical URL, else the path or BEIR `_id` relative
    to what was ingested. `origin` names the very place it was read from (file, or file and `_id`); it is how
    two sources that claim one identity are told apart. `published` is never guessed from ingest time.
    `blocks` are the text's structure; without any it is one row of paragraphs. `read_by` names the reader that made
    both, with its version; None for what was stored before readers told.
    """

    id: str
    external_id: str
    origin: str
    title: str
    text: str
    content_hash: str
    url: str | None = None
    publisher: str | None = None
    author: str | None = None
    language: str | None = None
    published: date | None = None
    date_source: str | None = None
    blocks: tuple[Block, ...] = ()
    read_by: str | None = None


def article_id(external_id: str) -> str:
    """Return our opaque id for what a source calls `external_id`: stable across folders, machines and versions."""
    return "a-" + hashlib.sha256(external_id.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def content_hash(text: str) -> str:
    """Return `sha256:<hex>` of a canonical text."""
    return "sha256:" + hashlib.sha256(text.encode("utf-8")).hexdigest()


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of one version of an article; its text is always `article.text[start:end]`.

    `id` is opaque and unique among passages of all versions. `vector_key` is the hash of the text that an
    encoder embeds for it (title and passage) and of the rules by which it has sentences, the key under which its
    vector and theirs are kept.
    """

    id: str
    article_id: str
    content_hash: str
    start: int
    end: int
    vector_key: str


@dataclass(frozen=True, slots=True)
class SplitArticle:
    """An article with the passages by which it is to be found; None when it is stored with those already."""

    article: Article
    passages: Sequence[Passage] | None


class Action(StrEnum):
    """The fate of one article that was offered, or was to be deleted."""

    CREATED = "created"
    UPDATED = "updated"
    REREAD = "reread"
    """Stored anew because a newer reader makes more of a source that tells the same."""
    UNCHANGED = "unchanged"
    DUPLICATE = "duplicate"
    """Stored like a created one, and the same text is already held by `other`."""
    CONFLICT = "conflict"
    """Not stored: its identity is already held by another source, `other`."""
    REJECTED = "rejected"
    """Not stored, or not there to be deleted, and `reason` says why."""
    DELETED = "deleted"


@dataclass(frozen=True, slots=True)
class Outcome:
    """The fate of one article, whoever brought it.

    `other` is the external id or origin that `action` refers to. `article_id` is None for what was never stored, and
    `external_id` is then the name under which it came. `warnings` tell what of the article was not taken.
    """

    article_id: str | None
    external_id: str
    action: Action
    other: str | None = None
    reason: str | None = None
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SourceWarning:
    """Something in a source was not taken, though its article is: said to the user, who may correct the source.

    `source` names the place it was read from; `reason` is one sentence without the name.
    """

    source: str
    reason: str


@dataclass(frozen=True, slots=True)
class Change:
    """The newest committed change of one article. `deleted` articles have nothing left to read."""

    seq: int
    article_id: str
    deleted: bool


@dataclass(frozen=True, slots=True)
class ArticleFilter:
    """The articles that may be searched. Empty means all; the kinds are joined by *and*, their values by *or*.

    The dates are inclusive; an article without a date fails any date filter.
    """

    publisher: tuple[str, ...] = ()
    language: tuple[str, ...] = ()
    published_from: date | None = None
    published_to: date | None = None
    article_id: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        return self == ArticleFilter()

    def within(self, bounds: ArticleFilter) -> ArticleFilter:
        """Return the filter that lets through what both let through."""
        days_from = [day for day in (self.published_from, bounds.published_from) if day]
        days_to = [day for day in (self.published_to, bounds.published_to) if day]
        try:
            return ArticleFilter(
                publisher=_common(self.publisher, bounds.publisher),
                language=_common(self.language, bounds.language),
                published_from=max(days_from, default=None),
                published_to=min(days_to, default=None),
                article_id=_common(self.article_id, bounds.article_id),
            )
        except _NothingInCommon:
            return NOTHING

    def matches(self, article: Article) -> bool:
        """Whether this article may be searched."""
        return (
            _is_wanted(article.publisher, self.publisher)
            and _is_wanted(article.language, self.language)
            and _is_wanted(article.id, self.article_id)
            and self._is_in_dates(article.published)
        )

    def _is_in_dates(self, published: date | None) -> bool:
        if self.published_from is None and self.published_to is None:
            return True
        if published is None:
            return False
        return (self.published_from or date.min) <= published <= (self.published_to or date.max)


NOTHING = ArticleFilter(article_id=("",))
"""Lets no article through: none has an empty id."""


class _NothingInCommon(Exception):
    """Two filters exclude each other; an empty tuple would say the opposite."""


def _common(values: tuple[str, ...], bounds: tuple[str, ...]) -> tuple[str, ...]:
    """The values that both allow, where () allows all."""
    if not values or not bounds:
        return values or bounds
    common = tuple(value for value in values if value in bounds)
    if not common:
        raise _NothingInCommon
    return common


def _is_wanted(value: str | None, wanted: Sequence[str]) -> bool:
    return not wanted or value in wanted


@dataclass(frozen=True, slots=True)
class ArticleSummary:
    """Everything about an article but its text. `characters` is the text's length in code points."""

    id: str
    external_id: str
    title: str
    content_hash: str
    characters: int
    url: str | None = None
    publisher: str | None = None
    author: str | None = None
    language: str | None = None
    published: date | None = None
    date_source: str | None = None

    @classmethod
    def of(cls, article: Article) -> ArticleSummary:
        return cls(
            id=article.id,
            external_id=article.external_id,
            title=article.title,
            content_hash=article.content_hash,
            characters=len(article.text),
            url=article.url,
            publisher=article.publisher,
            author=article.author,
            language=article.language,
            published=article.published,
            date_source=article.date_source,
        )


@dataclass(frozen=True, slots=True)
class Version:
    """One text that an article has or had. `stored` (UTC) is when we got it, which is no publication date."""

    content_hash: str
    seq: int
    title: str
    published: date | None
    characters: int
    stored: datetime


@dataclass(frozen=True, slots=True)
class Coverage:
    """Coverage of some articles: `publishers` by their number of articles, `first` and `last` date of publication.

    Articles without a date count, but not for the dates.
    """

    articles: int
    publishers: tuple[str, ...]
    first: date | None
    last: date | None
    newest_title: str | None


@dataclass(frozen=True, slots=True)
class Overview:
    """Counts of articles. Publishers and languages are the largest first, None standing for those that name none."""

    articles: int
    publishers: tuple[tuple[str | None, int], ...]
    languages: tuple[tuple[str | None, int], ...]
    earliest: date | None
    latest: date | None

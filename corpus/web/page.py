"""Fetched pages: what waits to be read as an article, and its reading."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace

from corpus.article import Article, SourceWarning
from corpus.errors import UnreadableSource
from corpus.job import PostedSource
from corpus.readers.dates import DoubtfulDate, publication_date
from corpus.readers.draft import Draft, finish
from corpus.readers.formats import format_named
from corpus.readers.posted import read_posted
from corpus.readers.urls import canonical_url

WEB = "web"
"""The format of fetched pages in jobs."""

_DATE_SOURCE = "feed"
"""Where a date is from that the page does not declare, and its feed or sitemap does."""


@dataclass(frozen=True, slots=True)
class FetchedPage:
    """A page that came from `url`, which is the identity of its article, in the format of that name.

    `title` and `published` are what the list says that named it: for a page that does not say it itself.
    """

    url: str
    format: str
    body: bytes
    title: str | None = None
    published: str | None = None

    def as_posted(self) -> PostedSource:
        """Return it as a source of a job."""
        head = {"url": self.url, "format": self.format, "title": self.title, "published": self.published}
        return PostedSource(self.url, WEB, json.dumps(head).encode() + b"\n" + self.body)


def is_fetched(article: Article) -> bool:
    """Whether it came from the web rather than from a file or a post."""
    return article.origin == article.external_id and article.origin.startswith(("http://", "https://"))


def posted_page(source: PostedSource) -> FetchedPage:
    """Return the page that `as_posted` put into a job."""
    head, _, body = source.body.partition(b"\n")
    return FetchedPage(body=body, **json.loads(head))


def read_page(page: FetchedPage, most_characters: int) -> tuple[Article, list[SourceWarning]]:
    """Return the article, and what of it was not taken. Raises `UnreadableSource` when it cannot be one.

    Its identity and address are where it was fetched, whatever it says of itself; so no page can pass for another.
    """
    draft = format_named(page.format).parse(page.body, page.url)
    if len(draft.text) > most_characters:
        raise UnreadableSource(page.url, f"it has more than {most_characters:,} characters, the most for one article.")
    address = canonical_url(page.url)
    return finish(_completed(replace(draft, url=address, external_id=address), page), page.url, page.url)


def read_source(source: PostedSource, most_characters: int) -> tuple[Article, list[SourceWarning]]:
    """Return the article of a job's source, fetched or posted. Raises `UnreadableSource` when it cannot be one."""
    if source.format == WEB:
        return read_page(posted_page(source), most_characters)
    return read_posted(source, most_characters)


def _completed(draft: Draft, page: FetchedPage) -> Draft:
    """Add what its list says and the page does not."""
    if not draft.title:
        draft = replace(draft, title=page.title)
    if page.published and not _is_date(draft.published):
        draft = replace(draft, published=page.published, date_source=_DATE_SOURCE)
    return draft


def _is_date(written: str | None) -> bool:
    try:
        return bool(written) and publication_date(written or "") is not None
    except DoubtfulDate:
        return False

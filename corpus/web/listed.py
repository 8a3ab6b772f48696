"""Pages that a feed or sitemap lists."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Listed:
    """One page of a list. All of it is what the list says of it.

    `changed` is the moment of its last change, as written: where that is the same as before, the page is, too.
    `content` is the whole text of a feed's entry, as HTML.
    """

    url: str
    title: str | None = None
    published: str | None = None
    changed: str | None = None
    content: str | None = None


@dataclass(frozen=True, slots=True)
class PageList:
    """What a feed or sitemap lists, in its order: pages, and of a sitemap's index further sitemaps."""

    pages: tuple[Listed, ...] = ()
    sitemaps: tuple[str, ...] = ()
    title: str | None = None

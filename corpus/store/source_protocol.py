"""Protocol of the sources: addresses that are visited again and again, and what is known of their pages.

Any process may write here, as it may add jobs: none of it touches an article.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol

from corpus.source import Page, Source, Visit


class SourceStore(Protocol):
    """Sources with their pages. Times are UTC."""

    def add(self, url: str, now: datetime, every_seconds: float | None = None) -> Source:
        """Keep an address (in canonical form) as a source that is due; one that is known becomes due again.

        `every_seconds` is kept where it is given.
        """

    def get(self, source_id: str) -> Source:
        """Raise `UnknownSource` when there is none."""

    def due(self, now: datetime) -> Sequence[Source]:
        """Return those whose next visit is not later than `now`, the longest due first."""

    def remove(self, source_id: str) -> None:
        """Forget a source and what is known of its pages; its articles stay. Raises `UnknownSource`."""

    def pages(self, source_id: str) -> dict[str, Page]:
        """Return what is known of its list and its pages, by `Page.url`."""

    def note_page(self, source_id: str, page: Page) -> None:
        """Keep what is known of a page, in place of what was; nothing, when the source was removed meanwhile.

        Whether it `is_removed` is told by whether its article is stored.
        """

    def forget_pages(self, source_id: str, urls: Collection[str]) -> None:
        """Forget pages, so that they come in again when they are there again."""

    def begin(self, source_id: str, now: datetime) -> None:
        """Note that a visit begins. It stays due until it is finished, so that a kill does not end it."""

    def finish(self, source_id: str, visit: Visit) -> None:
        """Note what became of a visit. What it does not know (kind, title) stays as it was."""

    def all(self) -> Sequence[Source]:
        """Return all, in the order in which they were added."""

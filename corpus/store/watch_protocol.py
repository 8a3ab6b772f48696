"""Protocol of the standing questions, and of what changed in their answers.

Any process may write here, as it may add jobs: none of it touches an article.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from corpus.article import ArticleFilter
from corpus.watch import Fact, NewChange, Watch, WatchChange


class WatchStore(Protocol):
    """Standing questions with the changes of their answers. Times are UTC."""

    def add(
        self,
        question: str,
        now: datetime,
        bounds: ArticleFilter,
        key_id: str | None = None,
        webhook: str | None = None,
    ) -> Watch:
        """Keep a question, from the changes of articles on that follow. Raises `TooManyWatches`."""

    def get(self, watch_id: str) -> Watch:
        """Raise `UnknownWatch` when there is none."""

    def all(self) -> Sequence[Watch]:
        """Return all, in the order in which they were added, those of revoked and expired keys too."""

    def behind(self, seq: int) -> Sequence[Watch]:
        """Return those that were not asked up to the change `seq` of articles; none of revoked or expired keys."""

    def remove(self, watch_id: str) -> None:
        """Forget a question and its changes. Raises `UnknownWatch`."""

    def settle(
        self, watch: Watch, seq: int, facts: Sequence[Fact], changes: Sequence[NewChange], now: datetime
    ) -> bool:
        """Note that a question was asked up to `seq`, what answers it now and what changed, all of it or nothing.

        Nothing is noted, and False returned, when it was removed or settled since `watch` was read: so nothing is told
        twice. Changes of a question with a webhook are to be sent at once.
        """

    def changes(self, watch_id: str, most: int) -> Sequence[WatchChange]:
        """Return the last changes, newest first."""

    def to_send(self, now: datetime) -> Sequence[WatchChange]:
        """Return of each question the first change that is not sent yet, if its time has come.

        None of revoked or expired keys.
        """

    def note_sent(self, number: int, now: datetime) -> None:
        """Note that a change was sent, and is not to be sent any more."""

    def note_unsent(self, number: int, next_try: datetime, trouble: str) -> None:
        """Note that a change could not be sent, why, and when it is to be tried again."""

    def unsent(self) -> int:
        """Count the changes that are still to be sent; none of revoked or expired keys."""

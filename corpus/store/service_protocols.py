"""Protocols of the service's own store: keys, how often each was used, feedback, what readers ask, and the secret that
signs its links.

None of it needs the writer's lock: serving goes on while articles are ingested. Decision record 13 has what that costs.
Everything may be used from several threads and processes, and may raise DataFolderUnusable and DataFolderBusy.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, timedelta
from typing import Protocol, Self

from corpus.access import Key
from corpus.asked import Asked, AskedCount, AskedOutcome
from corpus.feedback import Feedback
from corpus.link_secret import LinkSecret


class KeyStore(Protocol):
    """Keys to the service; their texts are kept nowhere."""

    def all(self) -> list[Key]:
        """Return all that were ever made, revoked ones too, oldest first."""

    def add(self, key: Key) -> None:
        """Keep a new key."""

    def rotate(self, key: Key, rotated: Key) -> bool:
        """Put what `rotated_key` made of `key` in its place; False if it was rotated or revoked meanwhile."""

    def revoke(self, key_id: str) -> bool:
        """Revoke a key and say whether there was one; one that is revoked stays so, with its first date."""


class QuotaStore(Protocol):
    """Counts of the requests of each key on each UTC day."""

    def requests_on(self, day: date) -> dict[str, int]:
        """Return how many requests each key, by its id, has made on this day; keys without any are left out."""

    def add(self, requests: Mapping[tuple[str, date], int]) -> None:
        """Count further requests, by key id and day, on top of those that are kept."""


class FeedbackStore(Protocol):
    """Readers' feedback on answers."""

    def all(self) -> list[Feedback]:
        """Return all of it, in the order in which it came."""

    def add(self, feedback: Feedback) -> None:
        """Keep one reader's feedback."""

    def remove(self, before: date) -> int:
        """Purge what was received before this UTC day, as articles are purged; return how much it was.

        Raises DataFolderBusy while a writer is at work: files may be rewritten.
        """


class AskedStore(Protocol):
    """Questions of readers, counted by day. Deleting one purges it, as articles are purged.

    What deletes raises DataFolderBusy while a writer is at work: files may be rewritten.
    """

    def add(self, asked: Mapping[Asked, int]) -> None:
        """Count further questions; of new ones as many as make `MOST_KEPT`."""

    def counts(self, most: int, outcome: AskedOutcome | None = None) -> list[AskedCount]:
        """Return the `most` questions that were asked most often, those of one outcome or all; then the newest."""

    def find(self, question_ids: Collection[str]) -> list[AskedCount]:
        """Return those of these questions that are kept."""

    def forget(self, question_ids: Collection[str]) -> int:
        """Purge these questions, and feedback that came with one of them; return how many entries that were."""

    def remove(self, before: date) -> int:
        """Purge what was asked before this UTC day; return how many entries that were. Feedback stays."""


class RequestCounts(Protocol):
    """Counts of requests in windows of time: of all who share a database, or a folder."""

    def count_in_window(self, key: str, seconds: int, amount: int = 1) -> int:
        """Add to the count of `key` in its window of `seconds`, which begins when there is none; return the sum."""

    def window(self, key: str) -> tuple[int, float]:
        """Return the count of `key`, and the time at which its window ends; 0 and now when there is none."""

    def forget_window(self, key: str) -> None:
        """Begin anew with `key`."""

    def forget_windows(self) -> int:
        """Begin anew with all; return how many there were."""


class ServiceStore(Protocol):
    """The service's own store. Open one with `corpus.store.open_service_store`."""

    @property
    def keys(self) -> KeyStore: ...
    @property
    def quotas(self) -> QuotaStore: ...
    @property
    def feedback(self) -> FeedbackStore: ...
    @property
    def asked(self) -> AskedStore: ...

    def link_secret(self) -> LinkSecret:
        """Return the secret that signs links, 32 random bytes, made with the store, or when it was rotated last."""

    def rotate_link_secret(self, grace: timedelta) -> LinkSecret:
        """Make a new one and return it; what was signed so far counts until `grace` is over."""

    def close(self) -> None:
        """Give up connections. Closing twice does nothing."""

    def __enter__(self) -> Self: ...

    def __exit__(self, *_: object) -> None: ...

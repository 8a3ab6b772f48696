"""Rate limits: fixed windows of a minute, counted by all worker processes together, and by all replicas."""

from __future__ import annotations

import logging
import math
import time

from limits import RateLimitItemPerMinute
from limits.storage import Storage
from limits.strategies import FixedWindowRateLimiter

from api.http.shared_counts import SharedCounts
from corpus.errors import CorpusError
from corpus.store.service_protocols import RequestCounts

_log = logging.getLogger(__name__)


class _CountsStorage(Storage):
    """Counts as the `limits` library wants them."""

    STORAGE_SCHEME = None

    def __init__(self, counts: RequestCounts) -> None:
        super().__init__()
        self._counts = counts

    @property
    def base_exceptions(self) -> type[Exception]:
        return CorpusError

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        return self._counts.count_in_window(key, expiry, amount)

    def get(self, key: str) -> int:
        return self._counts.window(key)[0]

    def get_expiry(self, key: str) -> float:
        return self._counts.window(key)[1]

    def check(self) -> bool:
        return True

    def reset(self) -> int:
        return self._counts.forget_windows()

    def clear(self, key: str) -> None:
        self._counts.forget_window(key)


class RateLimits:
    """Limits requests by the minute. Safe to use from several threads.

    When nothing can be counted together (on a full disk, or without the database), each process counts for itself.
    """

    def __init__(self, counts: RequestCounts) -> None:
        self._together = FixedWindowRateLimiter(_CountsStorage(counts))
        self._alone = FixedWindowRateLimiter(_CountsStorage(SharedCounts(None)))
        self._is_alone = False

    def seconds_to_wait(self, who: str, per_minute: int) -> int:
        """Count a request of `who`; return 0 when it may go on, else the seconds after which to come again."""
        limit = RateLimitItemPerMinute(per_minute)
        try:
            seconds = self._hit(self._together, limit, who)
            self._note(None)
            return seconds
        except CorpusError as error:
            self._note(error)
            return self._hit(self._alone, limit, who)

    def _hit(self, limiter: FixedWindowRateLimiter, limit: RateLimitItemPerMinute, who: str) -> int:
        if limiter.hit(limit, who):
            return 0
        ends = limiter.get_window_stats(limit, who).reset_time
        return max(1, math.ceil(ends - time.time()))

    def _note(self, error: CorpusError | None) -> None:
        if error and not self._is_alone:
            _log.error("Each process limits requests by the minute for itself: %s", error)
        elif self._is_alone and not error:
            _log.warning("Requests are limited by the minute in all processes together again.")
        self._is_alone = error is not None

"""Rate limits: fixed windows of a minute, counted by all worker processes together."""

from __future__ import annotations

import logging
import math
import time

from limits import RateLimitItemPerMinute
from limits.storage import Storage
from limits.strategies import FixedWindowRateLimiter

from api.http.shared_counts import SharedCounts
from corpus.errors import CorpusError

_log = logging.getLogger(__name__)


class _CountsStorage(Storage):
    """`SharedCounts` as the `limits` library wants it."""

    STORAGE_SCHEME = None

    def __init__(self, counts: SharedCounts) -> None:
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
    """Limits requests by the minute. Safe to use from several threads."""

    def __init__(self, counts: SharedCounts) -> None:
        self._limiter = FixedWindowRateLimiter(_CountsStorage(counts))

    def seconds_to_wait(self, who: str, per_minute: int) -> int:
        """Count a request of `who`; return 0 when it may go on, else the seconds after which to come again.

        When nothing can be counted (a full disk), it may go on: quotas are kept elsewhere, and hold.
        """
        limit = RateLimitItemPerMinute(per_minute)
        try:
            if self._limiter.hit(limit, who):
                return 0
            ends = self._limiter.get_window_stats(limit, who).reset_time
        except CorpusError as error:
            _log.error("Requests are not limited by the minute: %s", error)
            return 0
        return max(1, math.ceil(ends - time.time()))

"""How often somebody may come: fixed windows of a minute, counted by all worker processes together."""

from __future__ import annotations

import logging
import math
import time

from api.http.shared_counts import SharedCounts
from corpus.errors import CorpusError

_log = logging.getLogger(__name__)

_MINUTE = 60


class Rates:
    """Safe to use from several threads."""

    def __init__(self, counts: SharedCounts) -> None:
        self._counts = counts

    def seconds_to_wait(self, who: str, per_minute: int) -> int:
        """Counts a request of `who`: 0 when it may go on, else after how many seconds to come again.

        When nothing can be counted (a full disk), it may go on: quotas are kept elsewhere, and hold.
        """
        try:
            count, ends = self._counts.count_in_window(who, _MINUTE)
        except CorpusError as error:
            _log.error("Requests are not limited by the minute: %s", error)
            return 0
        return 0 if count <= per_minute else max(1, math.ceil(ends - time.time()))

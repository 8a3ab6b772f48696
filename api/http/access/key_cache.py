"""Key cache: the keys as a worker process knows them, at most half a second old, and its counts of their requests."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, date, datetime
from threading import Lock

from corpus.access import Key, key_id, opens
from corpus.store.service_protocols import ServiceStore

_LONGEST_KEY = 200
"""Ours have 59 characters; nobody makes us hash a megabyte."""

_STALE_SECONDS = 10.0
"""After this long without reading the keys, one that works may long be revoked: then no key works."""


class KeyCache:
    """Finds keys without touching the disk, and counts their requests of the day.

    Counts are written every half second rather than with each request: an ingest or a purge holds SQLite's one
    place for writing now and then, and no request should wait for it. So with several workers a quota can be
    exceeded by what the others let in within that time.
    """

    def __init__(self, store: ServiceStore) -> None:
        self._store = store
        self._lock = Lock()
        self._keys: Mapping[str, Key] = {}
        self._origins: frozenset[str] = frozenset()
        self._counted: dict[date, Mapping[str, int]] = {}
        self._uncounted: Counter[tuple[str, date]] = Counter()
        self._read_at = time.monotonic()
        self.reload()

    @property
    def has_keys(self) -> bool:
        """Whether there ever were any: revoking the last key must not open the service to those without."""
        return bool(self._keys)

    @property
    def is_stale(self) -> bool:
        """Whether the keys were not read for so long that none can be believed."""
        return time.monotonic() - self._read_at > _STALE_SECONDS

    @property
    def origins(self) -> frozenset[str]:
        """Origins whose pages may use some key."""
        return self._origins

    def find(self, text: str) -> Key | None:
        """Return the key with this text, also one that works no more."""
        key = self._keys.get(key_id(text)) if len(text) <= _LONGEST_KEY else None
        return key if key and opens(text, key) else None

    def count_request(self, key: Key, most_a_day: int | None) -> bool:
        """Count a request of today and return True, or False when the key has made all that it may."""
        with self._lock:
            today = _today()
            so_far = self._counted.get(today, {}).get(key.id, 0) + self._uncounted[key.id, today]
            if most_a_day is not None and so_far >= most_a_day:
                return False
            self._uncounted[key.id, today] += 1
            return True

    def refresh(self) -> None:
        """Read keys anew and write counts. Raise CorpusError as both do."""
        self.reload()
        self.write_counts()

    def reload(self) -> None:
        """Read keys anew. Raise CorpusError, and then know what it knew."""
        keys = {key.id: key for key in self._store.keys.all()}
        today = _today()
        counted = self._store.quotas.requests_on(today)
        with self._lock:
            self._keys = keys
            self._origins = frozenset(
                origin for key in keys.values() if not key.revoked for origin in key.grant.origins
            )
            # The day before is known still, in case that the clock is set back.
            before = max((day for day in self._counted if day != today), default=today)
            self._counted = {before: self._counted.get(before, {}), today: counted}
        self._read_at = time.monotonic()

    def write_counts(self) -> None:
        """Add what was counted here to what is kept. Raise CorpusError, and then count on."""
        with self._lock:
            batch = Counter({place: count for place, count in self._uncounted.items() if count})
        if not batch:
            return
        self._store.quotas.add(batch)
        with self._lock:
            self._uncounted -= batch
            for day in self._counted:
                counted = Counter(self._counted[day])
                counted.update({id_: count for (id_, of), count in batch.items() if of == day})
                self._counted[day] = counted


def _today() -> date:
    return datetime.now(UTC).date()

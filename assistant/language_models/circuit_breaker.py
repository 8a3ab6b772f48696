"""A circuit breaker: what has failed several times in a row, or asks to be left alone, is not asked again at once."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock
from time import monotonic


class CircuitBreaker:
    """Open after `failures` in a row; after `seconds` one call may try, and decides.

    Safe to use from several threads.
    """

    def __init__(self, failures: int, seconds: float, clock: Callable[[], float] = monotonic) -> None:
        self._limit = failures
        self._seconds = seconds
        self._clock = clock
        self._lock = Lock()
        self._failed = 0
        self._tried = 0.0
        self._rests_until = float("-inf")

    def allows(self) -> bool:
        """Whether to try. While it is open, one caller each `seconds` hears yes; while it rests, none."""
        with self._lock:
            now = self._clock()
            if now < self._rests_until:
                return False
            if self._failed < self._limit:
                return True
            if now - self._tried < self._seconds:
                return False
            self._tried = now
            return True

    def succeeded(self) -> None:
        with self._lock:
            self._failed = 0

    def failed(self) -> None:
        with self._lock:
            self._failed += 1
            self._tried = self._clock()

    def rest(self, seconds: float) -> None:
        """Let nobody try for so long, whoever succeeds meanwhile."""
        with self._lock:
            self._rests_until = max(self._rests_until, self._clock() + seconds)

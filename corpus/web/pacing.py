"""The pauses between two requests to one host, whoever makes them."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock
from time import monotonic

Wait = Callable[[float], object]
"""Waits so many seconds; what it raises ends the fetch."""

_MOST_KEPT = 10_000
"""Hosts: a hostile list names a new one for each page."""


class HostPacing:
    """Gives requests their turns; usable from several threads."""

    def __init__(self, wait: Wait) -> None:
        self._wait = wait
        self._free_at: dict[str, float] = {}
        self._changing = Lock()

    def take_turn(self, host: str, delay_seconds: float) -> None:
        """Wait until this host may be asked again; nobody else may for `delay_seconds` after that."""
        now = monotonic()
        with self._changing:
            turn = max(now, self._free_at.get(host, now))
            if len(self._free_at) >= _MOST_KEPT:
                self._free_at = {name: free_at for name, free_at in self._free_at.items() if free_at > now}
            self._free_at[host] = turn + delay_seconds
        if turn > now:
            self._wait(turn - now)

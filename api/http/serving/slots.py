"""Slots: a number of pieces of work at once, the others in a queue, and how long each would take until its end."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

_FIRST_GUESS_SECONDS = 0.25
"""Service time until one was measured: an answer's on two busy cores."""

_LEAST_SECONDS = 0.01
"""Shortest service time that is believed: after many remembered answers a long one may come."""

_WEIGHT_OF_LONGER, _WEIGHT_OF_SHORTER = 1 / 8, 1 / 32
"""Weights of a new measurement. One eighth is what TCP takes for round trips (RFC 6298). A mean that falls more slowly
than it rises errs on the long side, which costs no answer as long as some wait, and lets no run of quick ones (they
were remembered, or failed) promise an end that the slow ones behind them cannot keep."""


class Slots:
    """Takes and frees slots in the order in which they are asked for. Belongs to one event loop.

    `clock` returns seconds that never fall, as `time.monotonic` does.
    """

    def __init__(self, number: int, clock: Callable[[], float]) -> None:
        self._number = number
        self._clock = clock
        self._free = asyncio.Semaphore(number)
        self._taken: list[float] = []
        self._mean: float | None = None
        self.waiting = 0

    @property
    def taken(self) -> int:
        return len(self._taken)

    @property
    def has_free(self) -> bool:
        """Whether one can be taken without waiting."""
        return not self._free.locked()

    @property
    def service_seconds(self) -> float:
        """How long one is held, as far as is known: the mean, or longer when all have been held for longer already."""
        mean = _FIRST_GUESS_SECONDS if self._mean is None else self._mean
        if self.taken < self._number:
            return mean
        return max(mean, self._clock() - max(self._taken))

    @property
    def seconds_between_ends(self) -> float:
        """Mean time between two moments in which a slot is freed while all are taken."""
        return self.service_seconds / self._number

    def seconds_to_wait(self) -> float:
        """Return after how long whoever asks now will get a slot."""
        return max(0, self.waiting + self.taken - self._number + 1) * self.seconds_between_ends

    async def take(self) -> float:
        """Wait for a slot and take it; return the time, which `free` wants back."""
        self.waiting += 1
        try:
            await self._free.acquire()
        finally:
            self.waiting -= 1
        taken = self._clock()
        self._taken.append(taken)
        return taken

    def free(self, taken: float) -> None:
        """Free the slot that was taken then, and learn from how long it was held."""
        self._taken.remove(taken)
        self._learn(self._clock() - taken)
        self._free.release()

    def give_back(self, taken: float) -> None:
        """Free the slot, unused."""
        self._taken.remove(taken)
        self._free.release()

    def _learn(self, seconds: float) -> None:
        seconds = max(seconds, _LEAST_SECONDS)
        if self._mean is None:
            self._mean = seconds
        else:
            weight = _WEIGHT_OF_LONGER if seconds > self._mean else _WEIGHT_OF_SHORTER
            self._mean += weight * (seconds - self._mean)

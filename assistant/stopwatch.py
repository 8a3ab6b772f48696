"""Timing of the stages of an answer."""

from __future__ import annotations

from collections.abc import Mapping
from time import perf_counter


class Stopwatch:
    """Milliseconds of each stage, in order, and in total."""

    def __init__(self) -> None:
        self._started = self._last = perf_counter()
        self._laps: dict[str, float] = {}
        self._parts: dict[str, float] = {}

    def lap(self, stage: str) -> None:
        """End `stage`, which began where the one before it ended."""
        now = perf_counter()
        self._laps[stage] = round((now - self._last) * 1000, 3)
        self._last = now

    def note_part(self, part: str, seconds: float) -> None:
        """Note how much of the stage before `part` took."""
        self._parts[part] = round(seconds * 1000, 3)

    def laps(self) -> Mapping[str, float]:
        """Return stage -> milliseconds, parts of stages, and the `total` of the stages."""
        return {**self._laps, **self._parts, "total": round((self._last - self._started) * 1000, 3)}

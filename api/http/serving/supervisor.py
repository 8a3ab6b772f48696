"""Supervisor of the service's other processes: those that answer, and the one that ingests."""

from __future__ import annotations

import json
import logging
import subprocess
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from threading import Event, Thread
from time import monotonic

from assistant.settings import Settings
from index.child_process import start_child

_logger = logging.getLogger(__name__)

_SECONDS_BETWEEN_LOOKS = 0.1

_FIRST_PAUSE, _LONGEST_PAUSE = 0.2, 30.0
"""Seconds before a process that died is started again; twice as long each time it dies soon."""

SECONDS_TO_KILL = 5.0
"""Beyond the time that a process needs to end by itself: what is still there then is stuck."""

_LONG_LIFE = 60.0
"""Seconds after which a process counts as well, and its next death as the first."""


@dataclass(slots=True)
class Kept:
    """A process that is kept alive: `start` starts it, and starts it again when it died."""

    name: str
    start: Callable[[], subprocess.Popen[bytes]]
    process: subprocess.Popen[bytes] | None = None
    _pause: float = _FIRST_PAUSE
    _started: float = 0.0
    _start_at: float = field(default=0.0)

    def look(self) -> None:
        """Start the process if it is time to."""
        now = monotonic()
        if self.process is not None:
            ended = self.process.poll()
            if ended is None:
                return
            _logger.warning("The process that has to %s ended (%s) and is started again.", self.name, ended)
            self._let_go()
            self._pause = _FIRST_PAUSE if now - self._started > _LONG_LIFE else min(2 * self._pause, _LONGEST_PAUSE)
            self._start_at = now + self._pause
        if now >= self._start_at:
            self.process, self._started = self.start(), now

    def ask_to_end(self) -> None:
        if self.process is not None:
            self.process.terminate()

    def end(self, deadline: float) -> None:
        """Wait until it ended, and kill it at the `deadline` (monotonic seconds)."""
        if self.process is None:
            return
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(max(0.0, deadline - monotonic()))
        self._let_go()

    def _let_go(self) -> None:
        assert self.process is not None
        self.process.kill()
        self.process.wait()
        if self.process.stdin:
            with suppress(BrokenPipeError):
                self.process.stdin.close()
        self.process = None


def ingester(settings: Settings) -> Kept:
    """Return the process that ingests what is posted and keeps the index, or only keeps the index."""
    task = "ingest" if settings.serving.ingest else "keep the index"
    return Kept(task, lambda: start_child("assistant.ingestion.ingester", json.dumps(settings.with_secrets())))


class Supervisor:
    """Keeps processes alive from `start` to `stop`, in a thread of its own."""

    def __init__(self, kept: Sequence[Kept]) -> None:
        self._kept = kept
        self._stopping = Event()
        self._thread = Thread(target=self._keep, name="supervisor", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self, seconds: float) -> None:
        """Ask all to end, and kill after `seconds` those that have not."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()
        for one in self._kept:
            one.ask_to_end()
        deadline = monotonic() + seconds
        for one in self._kept:
            one.end(deadline)

    def _keep(self) -> None:
        while not self._stopping.wait(_SECONDS_BETWEEN_LOOKS):
            for one in self._kept:
                try:
                    one.look()
                except OSError as error:  # no memory or no process numbers left, for now
                    _logger.warning("The process that has to %s could not be started: %s", one.name, error)

"""Refresher: keeps what a worker holds in memory up to date with what is stored, from a thread of its own."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from threading import Event, Thread

from corpus.errors import DataFolderBusy
from corpus.trouble_log import TroubleLog

_log = logging.getLogger(__name__)

_SECONDS_BETWEEN_RUNS = 0.5
"""New keys and revocations have to be known within a second."""


class Refresher:
    """Does each of its tasks twice a second, in order. A task that fails is tried again, and keeps none from its turn.

    `tasks` are listed under the trouble that the log names when one begins to fail, and when that is over.
    """

    def __init__(self, tasks: Mapping[str, Callable[[], None]]) -> None:
        self._tasks = tasks
        self._logs = {trouble: TroubleLog(_log, trouble) for trouble in tasks}

    @contextmanager
    def running(self) -> Iterator[None]:
        """Run while this is open, and a last time at the end."""
        closing = Event()
        thread = Thread(target=self._run_until, args=(closing,), name="access-refresh", daemon=True)
        thread.start()
        try:
            yield
        finally:
            closing.set()
            thread.join()

    def _run_until(self, closing: Event) -> None:
        while not closing.wait(_SECONDS_BETWEEN_RUNS):
            self._run()
        self._run()

    def _run(self) -> None:
        for trouble, task in self._tasks.items():
            self._try(task, self._logs[trouble])

    def _try(self, task: Callable[[], None], log: TroubleLog) -> None:
        try:
            task()
        except DataFolderBusy:
            return  # somebody writes; the counts wait for the next time
        except Exception as error:
            log.met(error)
        else:
            log.not_met()

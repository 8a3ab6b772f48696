"""Readiness: whether the service can answer, found out by a test question every few seconds."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from threading import Event, Thread
from time import monotonic

from assistant.ask import Assistant
from corpus.errors import CorpusError
from corpus.trouble_log import TroubleLog
from index.errors import IndexRoomError
from index.live import Progress

_log = logging.getLogger(__name__)

_CANARY = "is anything found?"

_SECONDS_BETWEEN_LOOKS = 5.0
"""One takes some 10 ms of a core, and as long is `NOT_READY` to be waited for."""

_SECONDS_TO_CATCH_UP = 1.0
"""Between two looks of a replica that is not ready yet."""

_SECONDS_TO_DOUBT = 60.0
"""Age from which the last look says nothing: on a loaded machine one takes longer, but one that hangs never ends."""


class Readiness:
    """Whether a test question finds something, and how far the index follows what is stored.

    A thread of its own asks it, so that telling costs nothing and waits for nobody: anyone may ask at any rate. A
    replica that `follows_others` has caught up once it searches what was stored before it began.
    """

    def __init__(self, assistant: Assistant, follows_others: bool = False) -> None:
        self._assistant = assistant
        self._follows_others = follows_others
        self._goal: int | None = None
        self.progress = Progress(0, 0)
        self.has_caught_up = not follows_others
        self._found, self._looked = False, monotonic()
        self._troubles = TroubleLog(_log, "The test question fails", (CorpusError, IndexRoomError))
        self._numbers = count()

    def is_there(self) -> bool:
        """Whether all is caught up with, and a question found something when last looked, if there is anything."""
        return self.has_caught_up and self._found and monotonic() - self._looked < _SECONDS_TO_DOUBT

    def look(self) -> None:
        """Ask the test question; log when that begins to fail, and when that is over."""
        try:
            found = self._finds_something()
            self._note(self._assistant.index_progress())
        except Exception as error:
            found = False
            self._troubles.met(error)
        else:
            self._troubles.not_met()
        self._found, self._looked = found, monotonic()

    def _note(self, progress: Progress) -> None:
        self.progress = progress
        if self._goal is None:
            self._goal = progress.stored
        self.has_caught_up = self.has_caught_up or progress.searched >= self._goal

    def _finds_something(self) -> bool:
        # A question of its own each time: the vector of one that was asked before would be remembered.
        canary = f"{_CANARY} ({next(self._numbers)})"
        return bool(self._assistant.retrieve(canary, limit=1).hits) or not self._assistant.store.articles.count()

    @contextmanager
    def running(self) -> Iterator[None]:
        """Look once, and then every few seconds while this is open."""
        self.look()
        closing = Event()
        # A daemon, and not joined: a look that hangs must not keep the service from ending.
        Thread(target=self._look_until, args=(closing,), name="readiness", daemon=True).start()
        try:
            yield
        finally:
            closing.set()

    def _look_until(self, closing: Event) -> None:
        while not closing.wait(_SECONDS_BETWEEN_LOOKS if self.has_caught_up else _SECONDS_TO_CATCH_UP):
            self.look()

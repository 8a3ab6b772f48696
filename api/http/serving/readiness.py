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

_log = logging.getLogger(__name__)

_CANARY = "is anything found?"

_SECONDS_BETWEEN_LOOKS = 5.0
"""One takes some 10 ms of a core, and as long is `NOT_READY` to be waited for."""

_SECONDS_TO_DOUBT = 60.0
"""Age from which the last look says nothing: on a loaded machine one takes longer, but one that hangs never ends."""


class Readiness:
    """Whether a test question finds something.

    A thread of its own asks it, so that telling costs nothing and waits for nobody: anyone may ask at any rate.
    """

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant
        self._found, self._looked = False, monotonic()
        self._troubles = TroubleLog(_log, "The test question fails", (CorpusError, IndexRoomError))
        self._numbers = count()

    def is_there(self) -> bool:
        """Whether a question found something when last looked, if there is anything to find."""
        return self._found and monotonic() - self._looked < _SECONDS_TO_DOUBT

    def look(self) -> None:
        """Ask the test question; log when that begins to fail, and when that is over."""
        try:
            found = self._finds_something()
        except Exception as error:
            found = False
            self._troubles.met(error)
        else:
            self._troubles.not_met()
        self._found, self._looked = found, monotonic()

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
        while not closing.wait(_SECONDS_BETWEEN_LOOKS):
            self.look()

"""Readiness: whether the service can answer, found out by a test question every few seconds."""

from __future__ import annotations

from threading import Lock
from time import monotonic

from assistant.ask import Assistant

_CANARY = "is anything found?"

_SECONDS_BETWEEN_LOOKS = 2.0
"""Anyone may ask for it at any rate, so it must cost nothing, and is not queued."""


class Readiness:
    """Whether a test question finds something. Safe to use from several threads."""

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant
        self._lock = Lock()
        self._is_there = False
        self._next = 0.0

    def is_there(self) -> bool:
        """Whether a question finds something, if there is anything to find.

        Raise what retrieval raises, once: until the next look the answer is no.
        """
        with self._lock:
            if monotonic() >= self._next:
                self._is_there = False
                try:
                    self._is_there = self._look()
                finally:
                    self._next = monotonic() + _SECONDS_BETWEEN_LOOKS
            return self._is_there

    def _look(self) -> bool:
        found = self._assistant.retrieve(_CANARY, limit=1).hits
        return bool(found) or not self._assistant.store.articles.count()

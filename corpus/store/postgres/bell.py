"""The bell: PostgreSQL tells at once that something was committed, so that nobody has to look all the time."""

from __future__ import annotations

from threading import Event, Thread
from time import monotonic

from corpus.errors import CorpusError
from corpus.store.postgres.engine import DriverError, connect
from corpus.store.sql.dialects import CHANNEL

_SECONDS_BETWEEN_LOOKS = 5.0
"""What was not heard (who had a job was killed, a message went lost) is seen by looking."""

_SECONDS_BETWEEN_TRIES = 1.0


class PostgresBell:
    """`corpus.store.bell.Bell`, heard by a thread with a connection of its own. Without one it seems to ring always."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._rung, self._closed = Event(), Event()
        self._is_heard = False
        self._next_look = 0.0
        Thread(target=self._listen, name="bell", daemon=True).start()

    def rang(self) -> bool:
        if self._is_heard and not self._rung.is_set() and monotonic() < self._next_look:
            return False
        self._rung.clear()
        self._next_look = monotonic() + _SECONDS_BETWEEN_LOOKS
        return True

    def close(self) -> None:
        self._closed.set()

    def _listen(self) -> None:
        while not self._closed.is_set():
            try:
                self._hear()
            except (DriverError, CorpusError, OSError):
                self._is_heard = False
                self._closed.wait(_SECONDS_BETWEEN_TRIES)

    def _hear(self) -> None:
        with connect(self._url, autocommit=True) as connection:
            connection.execute(f"LISTEN {CHANNEL}")
            self._rung.set()  # by something that came before
            self._is_heard = True
            while not self._closed.is_set():
                for _ in connection.notifies(timeout=_SECONDS_BETWEEN_TRIES):
                    self._rung.set()

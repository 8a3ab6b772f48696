"""Trouble log: tells of a trouble that is met again and again when it begins, when it changes, and when it is over."""

from __future__ import annotations

import logging
from time import monotonic

from corpus.errors import CorpusError

_SECONDS_OF_QUIET = 10.0
"""A trouble that comes and goes many times a second is one trouble."""

_MOST_CHANGES = 10
"""Sentences of one trouble that are told; some hold a number or a name that differs each time."""


class TroubleLog:
    """What one task that is done over and over has to tell of its failures. Used by one thread."""

    def __init__(self, logger: logging.Logger, trouble: str, expected: tuple[type[Exception], ...] = (CorpusError,)):
        """Log under the name of `trouble`, a clause; what is neither `expected` nor an OSError with its traceback."""
        self._logger = logger
        self._trouble = trouble
        self._expected = (*expected, OSError)
        self._told: set[str] = set()
        self._last = 0.0

    def met(self, error: Exception) -> None:
        """Tell `error`, unless it was told since the trouble began."""
        sentence = _sentence_of(error)
        self._last = monotonic()
        if sentence in self._told or len(self._told) >= _MOST_CHANGES:
            return
        self._told.add(sentence)
        self._logger.error("%s: %s", self._trouble, sentence, exc_info=not isinstance(error, self._expected))

    def not_met(self) -> None:
        """Tell that the trouble is over, if there was one and it has been quiet for some seconds."""
        if self._told and monotonic() - self._last >= _SECONDS_OF_QUIET:
            self._told.clear()
            self._logger.warning("%s: this is over", self._trouble)


def _sentence_of(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        return f"{error.strerror} ({error.filename})." if error.filename else f"{error.strerror}."
    return str(error) or type(error).__name__

"""What a process that answers logs: JSON lines on stderr, and libraries' own words sparingly."""

from __future__ import annotations

import logging
from time import monotonic

from corpus.audit import log_audits
from corpus.json_lines import json_handler, log_only_to

_SECONDS_BETWEEN_REPETITIONS = 60.0
_MOST_MESSAGES = 100
"""Different messages that are remembered; then all are forgotten, which tells some once more."""


class Sparing(logging.Filter):
    """Lets a message of a library through once a minute, whoever causes it how often; and troubles as one sentence."""

    def __init__(self) -> None:
        super().__init__()
        self._told: dict[tuple[str, str], float] = {}
        self._kept_back: dict[tuple[str, str], int] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        # asyncio lists what was concerned, which differs each time, from the second line on.
        sentence = str(record.msg).partition("\n")[0].strip()
        key = (record.name, sentence)
        if monotonic() < self._told.get(key, 0.0) + _SECONDS_BETWEEN_REPETITIONS:
            self._kept_back[key] = self._kept_back.get(key, 0) + 1
            return False
        self._note(key)
        error = record.exc_info[1] if record.exc_info else None
        if isinstance(error, OSError):
            said = record.getMessage().partition("\n")[0].strip()
            record.msg, record.args, record.exc_info = f"{said}: {error.strerror or error}.", (), None
        if kept_back := self._kept_back.pop(key, 0):
            record.msg, record.args = f"{record.getMessage()} (and {kept_back} times since it was told last)", ()
        return True

    def _note(self, key: tuple[str, str]) -> None:
        if len(self._told) >= _MOST_MESSAGES:
            self._told.clear()
            self._kept_back.clear()
        self._told[key] = monotonic()


def log_to_stderr(audits: bool) -> None:
    """Let our rooms and the server log to stderr and nowhere else, requests from level INFO, the rest from WARNING.

    With `audits` there are audit lines, too (`corpus.audit`). Libraries give the root logger handlers of their own,
    which would tell everything once more, in another form, and one of which ends the process when it finds no
    descriptor to read its own code with.
    """
    handler = json_handler()
    for room in ("api", "assistant", "index", "corpus"):
        log_only_to(handler, room)
    sparing = json_handler()
    sparing.addFilter(Sparing())
    for library in ("uvicorn", "asyncio", "opentelemetry"):
        log_only_to(sparing, library)
    for told in ("api.http.requests", "api.cli.serving"):
        logging.getLogger(told).setLevel(logging.INFO)
    log_audits(audits)

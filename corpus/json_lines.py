"""Log lines for programs: one JSON object a line, whichever process of the service writes it."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from types import MappingProxyType

_of_request: ContextVar[Mapping[str, object]] = ContextVar("of_request", default=MappingProxyType({}))


@contextmanager
def logging_with(facts: Mapping[str, object]) -> Iterator[None]:
    """Let each line that is written on behalf of what runs in this block carry `facts`, such as a request's ids."""
    token = _of_request.set(facts)
    try:
        yield
    finally:
        _of_request.reset(token)


class JsonLines(logging.Formatter):
    """Formats a record as one JSON object, in ASCII: no line break or control character of a stranger's gets in.

    A record's `facts`, as in `log.info("...", extra={"facts": {...}})`, are fields of the object.
    """

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **_of_request.get(),
            **getattr(record, "facts", {}),
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line)


def json_handler() -> logging.Handler:
    """Return a handler that writes JSON lines to stderr."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    return handler


def log_only_to(handler: logging.Handler, name: str) -> None:
    """Let the logger of this name and those below it write with `handler` alone, whatever the root logger has."""
    logger = logging.getLogger(name)
    logger.handlers, logger.propagate = [handler], False

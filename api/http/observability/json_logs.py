"""Logs for programs: one JSON object a line, on stderr."""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime


class JsonLines(logging.Formatter):
    """Formats a record as one JSON object, in ASCII: no line break or control character of a stranger's gets in."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **getattr(record, "request", {}),
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line)


def log_to_stderr() -> None:
    """Let all our rooms log to stderr and nowhere else, requests from level INFO, the rest from WARNING.

    Libraries give the root logger handlers of their own, which would tell everything once more, in another form.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    for room in ("api", "assistant", "index", "corpus"):
        logger = logging.getLogger(room)
        logger.handlers, logger.propagate = [handler], False
    logging.getLogger("api.http.requests").setLevel(logging.INFO)

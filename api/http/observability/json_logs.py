"""Logs for programs: one JSON object a line, on stderr."""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime


class JsonLines(logging.Formatter):
    """ASCII only, so that no line break or control character of a stranger's gets into a log."""

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
    """All of our own rooms log there and nowhere else from now on, requests from level INFO, the rest from WARNING.

    Libraries give the root logger handlers of their own, which would tell everything once more, in another form.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    for room in ("api", "assistant", "index", "corpus"):
        logger = logging.getLogger(room)
        logger.handlers, logger.propagate = [handler], False
    logging.getLogger("api.http.requests").setLevel(logging.INFO)

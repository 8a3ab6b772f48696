from __future__ import annotations

import json
import logging

from corpus.json_lines import JsonLines, logging_with


def formatted(**facts: object) -> dict[str, object]:
    record = logging.makeLogRecord({"name": "index", "levelno": logging.ERROR, "msg": "It broke.", "facts": facts})
    line: dict[str, object] = json.loads(JsonLines().format(record))
    return line


def test_json_lines_carry_the_ids_of_the_request_that_they_are_written_for() -> None:
    with logging_with({"request_id": "req_1", "trace_id": "4b"}):
        inside = formatted(status=500)

    assert (inside["request_id"], inside["trace_id"], inside["status"]) == ("req_1", "4b", 500)
    assert "request_id" not in formatted(status=500)

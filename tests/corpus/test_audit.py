from __future__ import annotations

import json
import logging

import pytest

from corpus.article import Action, Outcome
from corpus.audit import AuditEvent, audit, audit_outcomes
from corpus.json_lines import JsonLines


def lines(caplog: pytest.LogCaptureFixture) -> list[dict[str, object]]:
    return [json.loads(JsonLines().format(record)) for record in caplog.records if record.name == "audit"]


def test_audit_is_a_line_that_is_told_from_others_by_its_logger(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "audit")

    audit(AuditEvent.KEY_REVOKED, key_id="key_1")

    (line,) = lines(caplog)
    assert line.pop("time")
    assert line == {
        "level": "info",
        "logger": "audit",
        "message": "key revoked",
        "event": "key_revoked",
        "key_id": "key_1",
    }


def test_audit_outcomes_are_told_of_articles_that_changed_alone(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "audit")

    audit_outcomes([Outcome(f"a-{action}", "x", action) for action in Action], job_id="job_1")

    assert [(line["event"], line["article_id"], line["job_id"]) for line in lines(caplog)] == [
        ("article_added", "a-created", "job_1"),
        ("article_replaced", "a-updated", "job_1"),
        ("article_replaced", "a-reread", "job_1"),
        ("article_added", "a-duplicate", "job_1"),
        ("article_deleted", "a-deleted", "job_1"),
    ]

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from corpus.audit import LOGGER
from tests.api.cli.conftest import Command


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    """Commands set up the log of their process, which here is that of all tests."""
    log = logging.getLogger(LOGGER)
    handlers, propagates, level = log.handlers, log.propagate, log.level
    yield
    log.handlers, log.propagate = handlers, propagates
    log.setLevel(level)


def audits(err: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in err.splitlines() if line.startswith("{")]


def test_auditing_commands_say_what_they_changed_where_that_is_wanted(
    assistant: Command, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("ASSISTANT_ACCESS__AUDIT", "all")
    article = tmp_path / "articles" / "ferry.md"
    article.parent.mkdir()
    for text in ("# Ferry\n\nThe ferry is old.", "# Ferry\n\nThe ferry is new."):
        article.write_text(text, encoding="utf-8")
        ingested = assistant("ingest", article.parent)
        assert "ferry is" not in ingested.err.lower()
        (line,) = audits(ingested.err)
    replaced, text = line, json.loads(assistant("keys", "create", "Ours", "--json").out)["key"]
    made = assistant("keys", "create", "Nightly", "--scope", "ingest")
    (key,) = audits(made.err)
    (revoked,) = audits(assistant("keys", "revoke", str(key["key_id"])).err)
    article.unlink()
    article.with_name("other.md").write_text("# Other\n\nIt stays.", encoding="utf-8")
    removed = audits(assistant("ingest", "--sync", article.parent).err)

    assert (replaced["event"], replaced["command"]) == ("article_replaced", "ingest")
    assert (key["event"], key["command"], key["name"], key["scopes"]) == (
        "key_made",
        "keys create",
        "Nightly",
        ["ingest"],
    )
    assert key["user"]
    assert made.out.strip() not in made.err
    assert text not in made.err
    assert (revoked["event"], revoked["key_id"]) == ("key_revoked", key["key_id"])
    assert [line["event"] for line in removed] == ["article_added", "article_deleted"]
    assert removed[1]["article_id"] == replaced["article_id"]


def test_auditing_commands_say_nothing_of_it_by_default(assistant: Command) -> None:
    assert audits(assistant("keys", "create", "Ours").err) == []

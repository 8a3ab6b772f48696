from __future__ import annotations

import json

import pytest

from tests.api.cli.conftest import Command


def test_watch_a_question_is_added_asked_shown_and_removed(assistant: Command, tmp_path) -> None:
    note = tmp_path / "note.md"
    note.write_text("---\ntitle: Ferry\ndate: 2026-03-02\n---\nThe ferry Halcyon sails to Norrey at nine o'clock.")
    assert assistant("ingest", note).code == 0
    added = assistant("watch", "add", "Where does the ferry Halcyon sail to?", "--json")
    watch = json.loads(added.out)
    assert (watch["facts"], watch["webhook"]) == (None, None)
    assert "not asked yet" in assistant("watch", "list").out
    assert assistant("watch", "check").code == 0
    shown = assistant("watch", "show", watch["id"])
    assert "The ferry Halcyon sails to Norrey at nine o'clock. [Ferry, 2026-03-02]" in shown.out
    assert watch["feed"] in shown.err
    note.write_text(note.read_text().replace("Norrey", "Lindsay"))
    assert assistant("ingest", note).code == 0
    assert assistant("watch", "check").out == f"{watch['id']}  Where does the ferry Halcyon sail to?: 1 changed\n"
    assert assistant("watch", "check").out == ""
    lines = assistant("watch", "show", watch["id"]).out.splitlines()
    assert [line[:3] + line.split()[6] for line in lines if line[:4] in ("  + ", "  - ")] == ["  +Lindsay", "  -Norrey"]
    assert assistant("watch", "remove", watch["id"]).out == "1 removed.\n"
    assert json.loads(assistant("watch", "list", "--json").out)["data"] == []


@pytest.mark.parametrize(
    "words",
    [
        ("add", " "),
        ("add", "When?", "--webhook", "https://example.org/"),
        ("show", "watch-none"),
        ("remove", "watch-none"),
    ],
)
def test_watch_what_cannot_be_is_told_in_one_line(assistant: Command, words: tuple[str, ...]) -> None:
    done = assistant("watch", *words)
    assert (done.code, done.out, len(done.err.splitlines())) == (2, "", 1)

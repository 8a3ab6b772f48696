from __future__ import annotations

import json
from base64 import b64encode
from pathlib import Path

import pytest

from tests.api.cli.conftest import Command
from tests.postgres_server import PostgresServer

QUESTION = "what does China say about semiconductors?"


def test_folder_status_counts_what_the_data_folder_holds(with_samples: Command) -> None:
    body = json.loads(with_samples("status", "--json").out)

    assert body["articles"] > 10
    assert body["passages"] >= body["articles"]
    assert body["live_generation"] in body["kept_generations"]
    assert min(body["bytes"].values()) > 0
    assert f"articles:         {body['articles']}" in with_samples("status").out


def test_folder_copied_into_a_database_and_back_says_what_is_next(
    with_samples: Command, postgres: PostgresServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("ASSISTANT_CACHE", str(tmp_path / "cache"))
    url = postgres.new_database()
    assert "rebuild" not in with_samples("copy", "--to", url).out

    monkeypatch.setenv("ASSISTANT_DATA", url)
    monkeypatch.setenv("ASSISTANT_CACHE", str(tmp_path / "not" / "there" / "yet"))
    body = json.loads(with_samples("status", "--json").out)
    assert body["articles"] > 10
    assert (body["storage"], body["bytes"]) == ("writable", {"index": 0})
    assert "Build its index with: assistant rebuild" in with_samples("copy", "--to", tmp_path / "back").out


def test_folder_status_says_whether_confidence_is_calibrated(
    with_samples: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert json.loads(with_samples("status", "--json").out)["calibration"] == "fits"
    monkeypatch.setenv("ASSISTANT_RETRIEVAL__PASSAGE_TOKENS", "128")
    assert "calibration:      does not fit: passage tokens is 128, not 256" in with_samples("status").out
    done = with_samples("ask", QUESTION, "--explain")
    assert "not calibrated" in done.out
    assert "Note: confidence was not fitted for these models and settings" in done.out


def test_folder_a_backup_brings_every_article_back(
    with_samples: Command, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    listed = with_samples("articles", "list", "--json").out
    saved = with_samples("backup", tmp_path / "saved.db")
    monkeypatch.setenv("ASSISTANT_DATA", str(tmp_path / "restored"))

    restored = with_samples("restore", tmp_path / "saved.db")

    assert (saved.code, restored.code) == (0, 0)
    assert with_samples("articles", "list", "--json").out == listed
    assert "[1]" in with_samples("ask", QUESTION).out


def test_folder_incremental_backups_are_checked_encrypted_and_restored(
    assistant: Command, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    folder, key = tmp_path / "backups", tmp_path / "key"
    key.write_text(b64encode(b"k" * 32).decode() + "\n")
    monkeypatch.setenv("ASSISTANT_BACKUP__KEY_FILE", str(key))
    assistant("keys", "create", "first")
    first = assistant("backup", folder, "--incremental", "--check")
    assistant("keys", "create", "second")
    second = assistant("backup", folder, "--incremental", "--keep", "2")

    assert (first.code, second.code) == (0, 0)
    assert "rows are the same." in first.out
    assert second.out.endswith("0 older ones removed.\n")
    assert "A single file is not encrypted" in assistant("backup", tmp_path / "file").err
    monkeypatch.setenv("ASSISTANT_DATA", str(tmp_path / "restored"))
    name = first.out.split()[1].rstrip(":")
    assert assistant("restore", folder, "--snapshot", name).code == 0
    assert len(assistant("keys", "list").out.splitlines()) == 1
    assert assistant("restore", folder, "--replace").code == 0
    assert len(assistant("keys", "list").out.splitlines()) == 2
    key.write_text("a password")
    assert assistant("backup", folder, "--incremental").code == 2
    monkeypatch.delenv("ASSISTANT_BACKUP__KEY_FILE")
    assert (assistant("backup", folder, "--incremental").code, assistant("backup", key, "--keep", "1").code) == (3, 2)


def test_folder_that_holds_articles_is_not_overwritten_by_a_slip(with_samples: Command, tmp_path: Path) -> None:
    with_samples("backup", tmp_path / "saved.db")

    done = with_samples("restore", tmp_path / "saved.db")

    assert (done.code, done.out) == (3, "")
    assert "--replace" in done.err


@pytest.mark.parametrize(
    "arguments", [("ask", QUESTION), ("ingest", "."), ("status",), ("articles", "list"), ("rebuild",)]
)
def test_folder_a_data_folder_that_cannot_be_used_is_told_in_one_sentence(
    assistant: Command, tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    (tmp_path / "data").write_text("a file where the folder should be")

    done = assistant(*arguments)

    assert (done.code, done.out) == (3, "")
    assert len(done.err.splitlines()) == 1
    assert "data" in done.err


def test_folder_a_file_that_is_no_backup_is_refused(assistant: Command, tmp_path: Path) -> None:
    (tmp_path / "odd.db").write_text("this is no backup")

    done = assistant("restore", tmp_path / "odd.db")

    assert (done.code, done.out) == (3, "")
    assert "Traceback" not in done.err

from __future__ import annotations

import json
from pathlib import Path

from tests.api.cli.conftest import Command


def test_articles_are_listed_page_by_page(with_samples: Command) -> None:
    first = json.loads(with_samples("articles", "list", "--limit", "3", "--json").out)
    second = with_samples("articles", "list", "--limit", "3", "--after", first["next_cursor"])

    assert len(first["data"]) == 3
    assert len(second.out.splitlines()) == 3
    assert f"--after {second.out.splitlines()[-1].split()[0]}" in second.err
    assert first["data"][0]["article_id"] not in second.out


def test_article_is_shown_with_its_text(with_samples: Command) -> None:
    (listed, *_) = json.loads(with_samples("articles", "list", "--json").out)["data"]

    shown = with_samples("articles", "show", listed["article_id"])
    body = json.loads(with_samples("articles", "show", listed["article_id"], "--json").out)

    assert listed["title"] in shown.out
    assert shown.out.rstrip("\n").endswith(body["text"].rstrip("\n"))


def test_articles_a_removed_article_is_gone(assistant: Command, tmp_path: Path) -> None:
    (tmp_path / "chips.txt").write_text("Chips are scarce in every country.\n")
    assistant("ingest", tmp_path / "chips.txt")
    (listed,) = json.loads(assistant("articles", "list", "--json").out)["data"]

    removed = assistant("articles", "remove", listed["article_id"])

    assert (removed.code, removed.out) == (0, "1 removed.\n")
    assert assistant("articles", "show", listed["article_id"]).code == 2
    assert assistant("ask", "are chips scarce?").out.startswith("No answer: ")


def test_articles_an_unknown_article_is_told_in_one_sentence(assistant: Command) -> None:
    done = assistant("articles", "show", "a-nothing")

    assert (done.code, done.out) == (2, "")
    assert len(done.err.splitlines()) == 1


def test_articles_removing_what_is_not_there_is_said(assistant: Command) -> None:
    done = assistant("articles", "remove", "a-nothing")

    assert (done.code, done.out) == (1, "0 removed.\n")
    assert "not stored" in done.err

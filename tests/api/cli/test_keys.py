from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from assistant.evaluation.read_gold import read_gold
from corpus.access import Scope, opens
from corpus.article import ArticleFilter
from corpus.feedback import Feedback
from corpus.store import DataFolder, open_service_store
from tests.api.cli.conftest import Command


def test_key_is_shown_once_with_all_that_it_may(assistant: Command, tmp_path: Path) -> None:
    done = assistant(
        *("keys", "create", "A site", "--publishable", "--origin", "HTTPS://Example.org:443/", "--per-day", "50"),
        *("--publisher", "Harbour News", "--language", "en-GB", "--article", "a-1"),
    )

    with open_service_store(DataFolder(tmp_path / "data")) as records:
        (key,) = records.keys.all()
    assert done.code == 0
    assert opens(done.out.strip(), key)
    assert key.grant.scopes == (Scope.ASK,)
    assert key.grant.bounds == ArticleFilter(("Harbour News",), ("en",), article_id=("a-1",))
    assert (key.grant.origins, key.grant.requests_per_day) == (("https://example.org",), 50)
    assert done.out.strip() not in assistant("keys", "list").out
    assert "A site: publishable on https://example.org" in assistant("keys", "list").out


def test_key_for_a_program_is_made_as_json(assistant: Command) -> None:
    made = json.loads(assistant("keys", "create", "CI", "--scope", "ingest", "--scope", "ask", "--json").out)

    assert made["key"].startswith("sk_")
    assert made["scopes"] == ["ask", "ingest"]
    (listed,) = json.loads(assistant("keys", "list", "--json").out)["data"]
    assert listed["requests_today"] == 0
    assert "key" not in listed


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["--scope", "everything"], "the scopes are: ask, ingest, admin"),
        (["--publishable"], "needs the origins"),
        (["--origin", "https://example.org"], "needs the origins"),
        (["--publishable", "--origin", "https://example.org", "--scope", "admin"], "can only ask"),
        (["--publishable", "--origin", "example.org"], "is no origin"),
        (["--publishable", "--origin", "https://example.org/page"], "is no origin"),
        (["--publishable", "--origin", "https://me@example.org"], "is no origin"),
        (["--publishable", "--origin", "https://example.org:x"], "is no origin"),
        (["--publishable", "--origin", "null"], "is no origin"),
        (["--publishable", "--origin", "https://.example.org"], "is no origin"),
        (["--publishable", "--origin", f"https://{'a' * 64}.org"], "is no origin"),
        (["--publishable", "--origin", "https://exa mple.org"], "is no origin"),
        (["--publishable", "--origin", "https://example.org/#x"], "is no origin"),
        (["--publishable", "--origin", "https://*.example.org"], "name each origin"),
    ],
)
def test_key_that_makes_no_sense_is_not_made(assistant: Command, arguments: list[str], why: str) -> None:
    done = assistant("keys", "create", "name", *arguments)

    assert (done.code, done.out) == (2, "")
    assert why in done.err
    assert len(done.err.splitlines()) == 1
    assert assistant("keys", "list").out == ""


def test_key_for_what_is_no_language_is_not_made(assistant: Command) -> None:
    done = assistant("keys", "create", "name", "--language", "klingon")

    assert (done.code, done.out) == (2, "")
    assert done.err.splitlines()[-1].startswith("Error: Invalid value for '--language': it is no language tag")


def test_keys_are_revoked_by_their_id(assistant: Command) -> None:
    made = json.loads(assistant("keys", "create", "CI", "--json").out)

    done = assistant("keys", "revoke", made["id"], "key_unknown")

    assert (done.code, done.out) == (1, "1 revoked.\n")
    assert "CI: revoked" in assistant("keys", "list").out


def test_keys_expire_when_their_maker_said(assistant: Command) -> None:
    made = json.loads(assistant("keys", "create", "CI", "--expires", "90d", "--json").out)
    days = (datetime.fromisoformat(made["expires"]) - datetime.now(UTC)).total_seconds() / 86_400
    assert 89 < days < 90
    assert assistant("keys", "create", "CI", "--expires", f"{datetime.now(UTC).year + 1}-03-31").code == 0
    assert f"expires {datetime.now(UTC).year + 1}-03-31 00:00 UTC" in assistant("keys", "list").out
    for wrong in ("0", "2020-01-01", "4000d", "2 weeks", "99999999d", "1d1d"):
        done = assistant("keys", "create", "CI", "--expires", wrong)
        assert (done.code, done.out) == (2, "")
    assert len(assistant("keys", "list").out.splitlines()) == 2


def test_keys_are_rotated_by_their_id(assistant: Command, tmp_path: Path) -> None:
    made = json.loads(assistant("keys", "create", "CI", "--expires", "90d", "--json").out)

    done = assistant("keys", "rotate", made["id"])

    with open_service_store(DataFolder(tmp_path / "data")) as records:
        (key,) = records.keys.all()
    assert opens(done.out.strip(), key)
    assert opens(made["key"], key)
    assert "the one before works until" in done.err
    assert "rotated, the one before works until" in assistant("keys", "list").out
    again = json.loads(assistant("keys", "rotate", made["id"], "--grace", "0", "--json").out)
    assert (again["id"], again["expires"], again["former_until"]) == (made["id"], made["expires"], None)
    assistant("keys", "revoke", made["id"])
    for refused in (("key_unknown",), (made["id"],), (made["id"], "--grace", "31d")):
        assert (assistant("keys", "rotate", *refused).code, assistant("keys", "rotate", *refused).out) == (2, "")


def test_keys_the_secret_of_links_is_rotated(assistant: Command) -> None:
    assert "is accepted until" in assistant("links", "rotate").out
    assert json.loads(assistant("links", "rotate", "--grace", "0", "--json").out) == {"former_until": None}


def test_keys_feedback_becomes_drafts_of_gold_questions(assistant: Command, tmp_path: Path) -> None:
    with open_service_store(DataFolder(tmp_path / "data")) as records:
        for said in (
            Feedback("ans_1", "up", None, "Who spoke?", "Li Qiang spoke.", datetime.now(UTC)),
            Feedback("ans_2", "down", "Wrong year.", "When?", "In 1999.", datetime.now(UTC)),
            Feedback("ans_3", "up", "Good.", None, None, datetime.now(UTC)),
        ):
            records.feedback.add(said)

    done = assistant("feedback", "export", "--out", tmp_path / "gold.jsonl")

    assert "2 drafts; 1 more came without" in done.err
    exported = (tmp_path / "gold.jsonl").read_text()
    liked, disliked = map(json.loads, exported.splitlines())
    assert (liked["answers"], disliked.get("answers")) == (["Li Qiang spoke."], None)
    assert (disliked["given_answer"], disliked["comment"]) == ("In 1999.", "Wrong year.")
    assert assistant("feedback", "export").out == exported
    (tmp_path / "checked.jsonl").write_text(exported.replace('"draft":true', '"draft":false', 1))
    gold = read_gold(tmp_path / "checked.jsonl")
    assert ([question.question for question in gold.questions], gold.drafts) == (["Who spoke?"], 1)


def test_keys_old_feedback_is_removed(assistant: Command, tmp_path: Path) -> None:
    with open_service_store(DataFolder(tmp_path / "data")) as records:
        records.feedback.add(Feedback("ans_1", "up", None, "Who?", None, datetime(2026, 1, 1, tzinfo=UTC)))

    assert assistant("feedback", "remove", "--before", "2026-01-01").out == "0 removed.\n"
    assert assistant("feedback", "remove", "--before", "2026-01-02").out == "1 removed.\n"
    assert assistant("feedback", "export").out == ""

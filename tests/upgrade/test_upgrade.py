"""A data folder of an earlier version, opened by this one."""

from __future__ import annotations

import json
from pathlib import Path

import httpx
import pytest

from tests.upgrade.before import QUESTIONS, WHERE, Before, leave_jobs_waiting, live_before
from tests.upgrade.service import ask, cited, until, until_done
from tests.upgrade.version import EMBED_NOTHING, ROOT, Version, code_of

FIRST_VERSION = "7426d9566b453999a21fbbfc57e5a180a3e7c3f4"
"""A commit that wrote the first revision of the store, so that every migration lies between it and this version."""


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Before:
    return live_before(tmp_path_factory.mktemp("before"))


def test_upgrade_keeps_keys_links_and_feedback_and_answers_from_what_was_cited_before(
    before: Before, tmp_path: Path
) -> None:
    new = before.copied(tmp_path)

    with new.served(before.key) as (client, _):
        assert client.get("/v1/articles").status_code == 200
        without_key = httpx.get(f"{client.base_url}/v1/articles", timeout=60)
        revoked = client.get("/v1/articles", headers={"Authorization": f"Bearer {before.revoked_key}"})
        assert (without_key.status_code, revoked.status_code) == (401, 401)
        page = httpx.get(f"{client.base_url}{before.link_to_sark}", timeout=60).raise_for_status()
        assert "the island of Sark" in page.text, "a link shows the version that it was made for"
        assert httpx.get(f"{client.base_url}{before.link_to_sark[:-1]}", timeout=60).status_code != 200
        now = [cited(ask(client, question)) for question in QUESTIONS]
    assert before.feedback
    assert new.run("feedback", "export") == before.feedback
    for (status, _, quotes), (status_before, _, quotes_before) in zip(now, before.answers, strict=True):
        assert status == status_before
        assert not quotes_before or any(quote in quotes_before for quote in quotes)


def test_upgrade_reads_articles_again_with_their_structure_and_embeds_them_once(before: Before, tmp_path: Path) -> None:
    new = before.copied(tmp_path)
    articles = str(before.version.code / "corpus" / "articles")

    said = new.run("ingest", articles)
    assert ("reread" in said, "created" in said, "updated" in said) == (True, False, False)

    assert "unchanged" in new.run("ingest", articles, program=EMBED_NOTHING)
    new.run("rebuild", program=EMBED_NOTHING)
    assert json.loads(new.run("status", "--json"))["passages"] > 0


def test_upgrade_that_is_killed_goes_on_and_takes_in_what_waits(before: Before, tmp_path: Path) -> None:
    old = before.copied(tmp_path, before.version.code)
    jobs = leave_jobs_waiting(old, before.key)
    new = Version(ROOT, old.data)

    new.open_and_be_killed()

    with new.served(before.key) as (client, _):
        assert {outcome: until_done(client, job)["counts"] for outcome, job in jobs.items()} == {
            outcome: {outcome: 1} for outcome in jobs
        }
        until(lambda: "Sark" in ask(client, WHERE)["answer"]["text"])
        until(lambda: "1972" in ask(client, "When was the hall of Norland rebuilt?")["answer"]["text"])


def test_upgrade_migration_from_the_first_revision_goes_on_where_it_was_killed(tmp_path: Path) -> None:
    old = Version(code_of(FIRST_VERSION, tmp_path / "code"), tmp_path / "data")
    old.run("ingest", str(old.code / "corpus" / "articles"))
    articles = json.loads(old.run("status", "--json"))["articles"]
    new = Version(ROOT, old.data)

    assert new.open_and_be_killed() > 2, "the migrations write more often"

    assert json.loads(new.run("status", "--json"))["articles"] == articles
    assert json.loads(new.run("ask", QUESTIONS[0], "--json"))["citations"]

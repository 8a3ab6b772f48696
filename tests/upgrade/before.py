"""The data folder that the version before leaves."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from tests.upgrade.service import ask, cited, post, status_of, until, until_done
from tests.upgrade.version import ROOT, Version, code_of

VERSION_BEFORE = "b626d67c791b51da2705a7a8f5af9e074a88c8ac"
"""The commit whose data folders have to open, and be answered from as before."""

FERRY = {"external_id": "ferry", "url": "https://example.org/ferry", "title": "The ferry"}
TO_SARK = FERRY | {"text": "The ferry Halcyon sails to the island of Sark every morning. It carries forty cars."}
TO_HERM = FERRY | {"text": "The ferry Halcyon sails to the island of Herm every morning. It carries forty cars."}
HALL = {"external_id": "hall", "text": "The old hall of Norland was rebuilt in 1972, after a fire."}

WHERE = "Where does the ferry Halcyon sail to?"
QUESTIONS = ("what does China say about semiconductors?", WHERE)


@dataclass(frozen=True)
class Before:
    """A version with its data folder, and what it told and gave its users."""

    version: Version
    key: str
    revoked_key: str
    link_to_sark: str
    answers: list[tuple[str, str, list[tuple[str, str, Any]]]]
    feedback: str

    def copied(self, folder: Path, code: Path = ROOT) -> Version:
        """Some code (this version's) on a copy of the data folder."""
        shutil.copytree(self.version.data, folder / "data")
        return Version(code, folder / "data")


def live_before(folder: Path) -> Before:
    """Leave articles in two generations, one of them updated since, keys, feedback and a link to what it was."""
    old = Version(code_of(VERSION_BEFORE, folder / "code"), folder / "data")
    old.run("ingest", str(old.code / "corpus" / "articles"))
    old.run("rebuild")
    assert len(json.loads(old.run("status", "--json"))["kept_generations"]) == 2
    scopes = ("--scope", "ask", "--scope", "ingest", "--json")
    kept, revoked = (json.loads(old.run("keys", "create", name, *scopes)) for name in ("kept", "revoked"))
    old.run("keys", "revoke", revoked["id"])
    with old.served(kept["key"]) as (client, _):
        until_done(client, post(client, TO_SARK))
        until(lambda: "Sark" in ask(client, WHERE)["answer"]["text"])
        source = ask(client, WHERE)["sources"][0]
        version = {name: source[name] for name in ("article_id", "content_hash")}
        link = client.post("/v1/links", json=version).raise_for_status().json()["path"]
        until_done(client, post(client, TO_HERM))
        until(lambda: "Herm" in ask(client, WHERE)["answer"]["text"])
        answers = [cited(ask(client, question)) for question in QUESTIONS]
        said = {"answer_id": f"ans_{7:032x}", "rating": "down", "question": WHERE, "comment": "Every morning?"}
        client.post("/v1/feedback", json=said).raise_for_status()
    return Before(old, kept["key"], revoked["key"], link, answers, old.run("feedback", "export"))


def leave_jobs_waiting(old: Version, key: str) -> dict[str, str]:
    """Have jobs accepted and everything killed before they are begun; return each by what is to become of it."""
    with old.served(key) as (client, process):
        until(lambda: children(process) != [])
        ingesting = children(process)
        for child in ingesting:
            os.kill(child, signal.SIGSTOP)
        try:
            return accept_jobs(client)
        finally:
            for each in (process.pid, *ingesting):
                os.kill(each, signal.SIGKILL)


def accept_jobs(client: httpx.Client) -> dict[str, str]:
    some = client.get("/v1/articles", params={"limit": 1}).raise_for_status().json()["data"][0]["article_id"]
    jobs = {
        "created": post(client, HALL),
        "updated": post(client, TO_SARK),
        "deleted": client.delete(f"/v1/articles/{some}").raise_for_status().json()["id"],
    }
    assert {status_of(client, job)["status"] for job in jobs.values()} == {"queued"}
    return jobs


def children(process: subprocess.Popen[str]) -> list[int]:
    listed = Path(f"/proc/{process.pid}/task").glob("*/children")
    return [int(number) for each in listed for number in each.read_text().split()]

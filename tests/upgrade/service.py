"""What the upgrade tests do over HTTP, the same with every version."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import httpx

_PATIENCE = 120
"""Seconds for a job, on a busy machine."""


def ask(client: httpx.Client, question: str) -> dict[str, Any]:
    answer: dict[str, Any] = client.post("/v1/ask", json={"question": question}).raise_for_status().json()
    return answer


def cited(answer: dict[str, Any]) -> tuple[str, str, list[tuple[str, str, Any]]]:
    """What was answered, with each quote, the article that it is from, and where it stands there."""
    article_ids = {source["id"]: source["article_id"] for source in answer["sources"]}
    quotes = [(article_ids[each["source_id"]], each["quote"], each["source_span"]) for each in answer["citations"]]
    return answer["status"], answer["answer"]["text"], quotes


def post(client: httpx.Client, article: dict[str, str]) -> str:
    """The id of the job that takes in an article."""
    job: str = client.post("/v1/articles", json=article).raise_for_status().json()["id"]
    return job


def status_of(client: httpx.Client, job: str) -> dict[str, Any]:
    body: dict[str, Any] = client.get(f"/v1/jobs/{job}").raise_for_status().json()
    return body


def until_done(client: httpx.Client, job: str) -> dict[str, Any]:
    until(lambda: status_of(client, job)["status"] == "done")
    return status_of(client, job)


def until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + _PATIENCE
    while not holds():
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.2)

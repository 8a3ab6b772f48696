from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from io import StringIO

import httpx
import pytest

from corpus.json_lines import JsonLines

TRACE_ID = "4bf92f3577b34da6a3ce929d0e0e4736"
PARENT = f"00-{TRACE_ID}-00f067aa0ba902b7-01"


@pytest.fixture
def log() -> Iterator[StringIO]:
    """What is logged of requests, written as it is logged."""
    log, written = logging.getLogger("api.http.requests"), StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(JsonLines())
    level = log.level
    log.addHandler(handler)
    log.setLevel(logging.INFO)
    yield written
    log.removeHandler(handler)
    log.setLevel(level)


def line_of(log: StringIO, response: httpx.Response) -> dict[str, object]:
    """The line of a request, which may come after its response."""
    for _ in range(1000):
        lines = [json.loads(line) for line in log.getvalue().splitlines() if line.endswith("}")]
        if found := [line for line in lines if line["request_id"] == response.headers["X-Request-ID"]]:
            return dict(found[0])
        httpx.get(str(response.url), timeout=60)
    raise AssertionError("it was not logged")


def test_request_ids_that_came_are_logged_beside_ours_and_do_not_come_back(client: httpx.Client, log: StringIO) -> None:
    response = client.get("/healthz", headers={"X-Request-Id": "proxy-7", "traceparent": PARENT})

    line = line_of(log, response)
    assert (line["client_request_id"], line["trace_id"]) == ("proxy-7", TRACE_ID)
    assert str(line["request_id"]).startswith("req_")
    assert "traceparent" not in response.headers
    assert not {"proxy-7", TRACE_ID} & set(response.headers.values())


@pytest.mark.parametrize(
    ("parent", "trace_id"),
    [
        (f"01-{TRACE_ID}-00f067aa0ba902b7-01-more", TRACE_ID),
        (f"{PARENT}-more", None),
        (f"ff-{TRACE_ID}-00f067aa0ba902b7-01", None),
        (f"00-{'0' * 32}-00f067aa0ba902b7-01", None),
        (f"00-{TRACE_ID}-{'0' * 16}-01", None),
        (PARENT.upper(), None),
        ("none", None),
    ],
)
def test_request_ids_a_trace_id_is_taken_as_the_standard_says(
    client: httpx.Client, log: StringIO, parent: str, trace_id: str | None
) -> None:
    assert line_of(log, client.get("/healthz", headers={"traceparent": parent})).get("trace_id") == trace_id


@pytest.mark.parametrize("sent", [["a b"], ["\u00e9"], ["x" * 129], ["one", "two"], [""]])
def test_request_ids_that_are_none_are_left_out(client: httpx.Client, log: StringIO, sent: list[str]) -> None:
    headers = [(b"X-Request-Id", one.encode()) for one in sent]

    assert "client_request_id" not in line_of(log, client.get("/healthz", headers=headers))

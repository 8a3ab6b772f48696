"""MCP over HTTP: every request stands alone, and leaves nothing behind however its client behaves."""

from __future__ import annotations

import asyncio
import json
import os
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest
from mcp import Client

from tests.api.http.access.guarded import eventually
from tests.attacks.conftest import PATIENCE, Service

QUESTION = "what does China say about semiconductors?"
ACCEPT = {"Accept": "application/json, text/event-stream"}
VERSIONS = ("2025-06-18", "2026-07-28")


def call(method: str, params: dict[str, Any], version: str = VERSIONS[0]) -> tuple[dict[str, str], bytes]:
    """The headers and body of one request, in the older or the newer way of the protocol."""
    if version == VERSIONS[1]:
        meta = {
            "io.modelcontextprotocol/protocolVersion": version,
            "io.modelcontextprotocol/clientCapabilities": {},
        }
        params = {**params, "_meta": meta}
    headers = {**ACCEPT, "Content-Type": "application/json", "MCP-Protocol-Version": version, "Mcp-Method": method}
    if "name" in params:
        headers["Mcp-Name"] = params["name"]
    return headers, json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}).encode()


def post(service: Service, message: tuple[dict[str, str], bytes]) -> httpx.Response:
    return httpx.post(f"{service.url}/mcp", headers=message[0], content=message[1], timeout=PATIENCE)


def asking(number: int, version: str = VERSIONS[0]) -> tuple[dict[str, str], bytes]:
    return call("tools/call", {"name": "ask", "arguments": {"question": f"{QUESTION} ({number})"}}, version)


def busy_questions(service: Service) -> float:
    return metric(service, "assistant_questions")


def answers(service: Service) -> float:
    return metric(service, "assistant_answers_total")


def metric(service: Service, name: str) -> float:
    """The sum over its labels."""
    lines = httpx.get(f"{service.url}/metrics", timeout=PATIENCE).text.splitlines()
    return sum(float(line.split()[-1]) for line in lines if line.startswith(f"{name}{{"))


def open_sockets(service: Service) -> int:
    """Not the files: the store's pool keeps up to five connections, as many as questions once ran side by side."""
    descriptors = Path(f"/proc/{service.process.pid}/fd").iterdir()
    return sum(os.path.realpath(one).rpartition("/")[2].startswith("socket:") for one in descriptors)


@pytest.mark.parametrize("method", ["GET", "HEAD", "DELETE", "PUT", "OPTIONS"])
def test_mcp_has_no_streams_and_no_sessions_to_listen_to_or_end(service: Service, method: str) -> None:
    headers = {**ACCEPT, "Mcp-Session-Id": "anything"}
    response = httpx.request(method, f"{service.url}/mcp", headers=headers, timeout=PATIENCE)

    assert (response.status_code, response.headers["Allow"]) == (405, "POST")


def test_mcp_has_no_changes_to_listen_to(service: Service) -> None:
    response = post(service, call("subscriptions/listen", {"notifications": {"toolsListChanged": True}}, VERSIONS[1]))

    assert "error" in response.json()
    assert "mcp-session-id" not in response.headers


def test_mcp_the_official_client_asks_and_leaves(service: Service) -> None:
    async def use() -> list[Any]:
        async with Client(f"{service.url}/mcp") as connected:
            return [(await connected.call_tool("ask", {"question": QUESTION})).structured_content for _ in range(2)]

    assert [answer["status"] for answer in asyncio.run(use())] == ["answered", "answered"]


@pytest.mark.parametrize("version", VERSIONS)
def test_mcp_a_request_answers(service: Service, version: str) -> None:
    response = post(service, asking(0, version))

    assert response.status_code == 200, response.text
    assert response.json()["result"]["structuredContent"]["citations"]


def test_mcp_two_hundred_requests_leave_nothing_behind(service: Service) -> None:
    """Every third client leaves in the middle of its request, every third in the middle of its answer."""
    post(service, asking(0))
    before = open_sockets(service)
    for number in range(200):
        version = VERSIONS[number // 3 % 2]
        quick = call("tools/list", {}, version)
        headers, body = asking(number, version) if number % 3 == 1 else quick
        if number % 3 == 0:
            assert post(service, quick).status_code == 200
            continue
        told = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        head = f"POST /mcp HTTP/1.1\r\nHost: 127.0.0.1\r\n{told}Content-Length: {len(body)}\r\n\r\n"
        with closing(service.connect()) as connection:
            connection.sendall(head.encode() + (body if number % 3 == 1 else body[:20]))

    eventually(lambda: busy_questions(service) == 0)
    eventually(lambda: open_sockets(service) <= before + 2)
    assert "Traceback" not in service.log.read_text()


def test_mcp_who_leaves_while_waiting_is_not_answered(service: Service) -> None:
    eventually(lambda: busy_questions(service) == 0)
    before = answers(service)
    for number in range(60):
        headers, body = asking(1000 + number)
        told = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        head = f"POST /mcp HTTP/1.1\r\nHost: 127.0.0.1\r\n{told}Content-Length: {len(body)}\r\n\r\n"
        with closing(service.connect()) as connection:
            connection.sendall(head.encode() + body)

    eventually(lambda: busy_questions(service) == 0)
    assert answers(service) - before < 60
    assert post(service, asking(2000)).json()["result"]["isError"] is False

"""Clients that begin and do not go on, on plain sockets."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack

import httpx
import pytest

from api.http.serving import body_limit
from tests.api.http.test_error_handlers import JSON

HEAD = b"POST /v1/ask HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 40\r\n"
BEGINNINGS = (b"", HEAD[:30], HEAD, HEAD + b"\r\n", HEAD + b"\r\n" + b'{"question": "wh')
QUESTION = {"question": "what does China say about semiconductors?"}


@pytest.fixture
def resources() -> Iterator[ExitStack]:
    with ExitStack() as resources:
        yield resources


def begun(client: httpx.Client, resources: ExitStack, beginning: bytes) -> socket.socket:
    url = client.base_url
    connection = resources.enter_context(socket.create_connection((url.host, url.port or 80), timeout=30))
    connection.sendall(beginning)
    return connection


def test_service_hundreds_who_do_not_go_on_hold_up_nobody(client: httpx.Client, resources: ExitStack) -> None:
    for number in range(300):
        begun(client, resources, BEGINNINGS[number % len(BEGINNINGS)])

    assert client.get("/healthz").status_code == 200
    assert client.post("/v1/ask", json=QUESTION).json()["status"] == "answered"


@pytest.mark.parametrize("path", [b"/v1/ask", b"/v1/articles", b"/mcp"])
def test_service_a_body_that_stops_is_not_waited_for(
    client: httpx.Client, resources: ExitStack, monkeypatch: pytest.MonkeyPatch, path: bytes
) -> None:
    monkeypatch.setattr(body_limit, "_SECONDS_TO_GO_ON", 0.2)
    connection = begun(client, resources, BEGINNINGS[-1].replace(b"/v1/ask", path))

    answered = b"".join(iter(lambda: connection.recv(65_536), b""))

    assert answered.startswith(b"HTTP/1.1 408 ")
    assert b'"code":"body_too_slow"' in answered.replace(b" ", b"")


def test_service_a_body_that_comes_a_byte_at_a_time_is_not_waited_for(
    client: httpx.Client, resources: ExitStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(body_limit, "_SECONDS_TO_GO_ON", 1.0)
    connection = begun(client, resources, BEGINNINGS[-1])
    connection.settimeout(0.2)

    answered = b""
    for _ in range(25):
        try:
            connection.sendall(b" ")
            answered = connection.recv(65_536)
        except TimeoutError:
            continue
        break

    assert answered.startswith(b"HTTP/1.1 408 ")
    assert b"\r\nconnection: close\r\n" in answered.lower()


def test_service_a_body_that_comes_fast_enough_is_waited_for_longer_than_any_pause(
    client: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(body_limit, "_SECONDS_TO_GO_ON", 2.0)
    monkeypatch.setattr(body_limit, "_BYTES_PER_SECOND", 5)

    def slowly() -> Iterator[bytes]:
        for piece in (b'{"quest', b'ion": "what does', b" China say", b' about semiconductors?"}'):
            time.sleep(0.7)
            yield piece

    assert client.post("/v1/ask", content=slowly(), headers=JSON).json()["status"] == "answered"

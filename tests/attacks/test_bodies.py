"""Bodies that cost much to take apart, or never end: refused early, while everybody else is answered."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import httpx
import pytest

from tests.api.http.test_error_handlers import JSON
from tests.attacks.conftest import PATIENCE, Serve, Service

MEGABYTE = 1_000_000
LARGE = 28 * MEGABYTE
"""Below the largest body with articles."""

UNKNOWN = json.dumps({f"f{number}": 1 for number in range(60_000)}).encode()
BOUNDARY = "x-boundary"


def filled(begin: bytes, repeated: bytes, end: bytes, size: int = LARGE) -> bytes:
    return begin + repeated * (size // len(repeated)) + end


def parts(head: str, size: int = LARGE) -> bytes:
    return filled(b"", f"--{BOUNDARY}\r\n{head}\r\n\r\na\r\n".encode(), f"--{BOUNDARY}--\r\n".encode(), size)


BATCHES = {
    "empty articles": (filled(b'{"articles": [', b"{},", b"{}]}"), {422}),
    "articles": (filled(b'{"articles": [', b'{"text":"a"},', b'{"text":"a"}]}'), {422}),
    "numbers": (filled(b"[", b"1,", b"1]"), {422}),
    "one long number": (filled(b'{"text": ', b"1", b"}"), {400}),
    "nesting": (filled(b"", b"[", b""), {422}),
    "nested articles": (filled(b"", b'{"articles":[', b""), {422}),
    "quotes": (filled(b"", b'"', b""), {422}),
    "fields of one article": (filled(b'{"text": "a"', b',"a":1', b"}"), {422}),
    "escapes": (filled(b'{"text": "', b"\\u00e9", b'"}'), {202}),
    "backslashes": (filled(b'{"text": "', b"\\\\", b""), {400}),
}
FORMS = {
    "files": (parts('Content-Disposition: form-data; name="f"; filename="a.txt"'), {422}),
    "fields": (parts('Content-Disposition: form-data; name="f"'), {400}),
    "headers of one part": (filled(f"--{BOUNDARY}\r\n".encode(), b"a:b\r\n", b"\r\n"), {400}),
    "one long header": (filled(f"--{BOUNDARY}\r\nContent-Disposition: ".encode(), b"a", b"\r\n\r\n"), {400}),
    "boundaries": (filled(b"", f"--{BOUNDARY}\r\n".encode(), b""), {400}),
}
FORM = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
ATTACKS = [("/v1/articles", JSON, *attack) for attack in BATCHES.values()]
ATTACKS += [("/v1/articles", FORM, *attack) for attack in FORMS.values()]
ATTACKS += [(path, JSON, UNKNOWN, {422}) for path in ("/v1/ask", "/v1/search", "/v1/feedback", "/v1/links", "/mcp")]
ATTACKS += [
    ("/v1/chat/completions", JSON, filled(b'{"messages": [', b"{},", b"{}]}", MEGABYTE), {422}),
    ("/v1/ask", JSON, filled(b"", b"[", b"", MEGABYTE), {422}),
    ("/mcp", JSON, filled(b"[", b'{"jsonrpc":"2.0","id":1,"method":"ping"},', b"{}]", MEGABYTE), {422}),
]
NAMES = [*BATCHES, *FORMS, "ask", "search", "feedback", "links", "mcp", "chat", "ask nested", "mcp batch"]


def send(service: Service, path: str, headers: dict[str, str], body: bytes) -> httpx.Response:
    accepted = {"Accept": "application/json, text/event-stream"}
    return httpx.post(f"{service.url}{path}", content=body, headers={**headers, **accepted}, timeout=PATIENCE)


@pytest.mark.parametrize(("path", "headers", "body", "statuses"), ATTACKS, ids=NAMES)
def test_service_refuses_bodies_of_a_million_values_and_is_alive_meanwhile(
    service: Service, path: str, headers: dict[str, str], body: bytes, statuses: set[int]
) -> None:
    with ThreadPoolExecutor(2) as executor:
        sent = [executor.submit(send, service, path, headers, body) for _ in range(2)]
        while not all(one.done() for one in sent):
            service.seconds_of_health()

    for response in (one.result() for one in sent):
        assert response.status_code in statuses, response.text
        if response.status_code >= 400:
            told = response.json()
            assert "errors" in told or "error" in told


def test_service_gives_the_memory_of_refused_bodies_back(serve: Serve) -> None:
    service = serve()
    body = BATCHES["empty articles"][0]
    send(service, "/v1/articles", JSON, body)
    before = service.settled_memory_bytes()

    for _ in range(10):
        assert send(service, "/v1/articles", JSON, body).status_code == 422

    assert service.memory_bytes() < before + 3 * LARGE


def head(path: str, *more: str) -> bytes:
    lines = [f"POST {path} HTTP/1.1", "Host: 127.0.0.1", "Content-Type: application/json", *more, "", ""]
    return "\r\n".join(lines).encode()


@pytest.mark.parametrize(
    ("path", "first", "status"),
    [("/v1/ask", b"{},", 422), ("/v1/articles", b"{},", 422), ("/mcp", b"{},", 422), ("/nowhere", b" ", 404)],
)
def test_service_does_not_read_on_for_ever_what_it_has_refused(
    service: Service, path: str, first: bytes, status: int
) -> None:
    """The client goes on sending a body without an end, and sees the answer, and then the connection closed."""
    chunk = first * 20_000
    sent = b"%x\r\n%s\r\n" % (len(chunk), chunk)
    with closing(service.connect()) as connection:
        connection.sendall(head(path, "Transfer-Encoding: chunked"))
        closed = False
        try:
            for _ in range(100_000):
                connection.sendall(sent)
        except (BrokenPipeError, ConnectionResetError):
            closed = True
    assert closed
    with closing(service.connect()) as connection:
        connection.sendall(head(path, "Transfer-Encoding: chunked") + sent)
        answered = b"".join(received(connection))
    assert answered.startswith(f"HTTP/1.1 {status} ".encode()), answered
    assert b"\r\nconnection: close\r\n" in answered.lower()


@pytest.mark.parametrize("path", ["/v1/ask", "/v1/articles"])
def test_service_refuses_a_body_in_chunks_of_a_byte(service: Service, path: str) -> None:
    """Each costs as much to read as a large one."""
    with closing(service.connect()) as connection:
        connection.sendall(head(path, "Transfer-Encoding: chunked") + b"1\r\na\r\n" * 2_000)
        answered = b"".join(received(connection))
    assert answered.startswith(b"HTTP/1.1 400 "), answered


@pytest.mark.parametrize("size", [20, 4_000])
def test_service_reads_a_body_in_small_chunks(service: Service, size: int) -> None:
    text = json.dumps({"text": "Something new. " * 2_000}).encode()
    parts = (text[start : start + size] for start in range(0, len(text), size))
    response = httpx.post(f"{service.url}/v1/articles", content=parts, headers=JSON, timeout=PATIENCE)
    assert response.status_code == 202, response.text


def received(connection: socket.socket) -> Iterator[bytes]:
    """What comes until the connection is closed."""
    while part := connection.recv(65_536):
        yield part


def test_service_does_not_invite_a_body_that_it_refuses(service: Service) -> None:
    with closing(service.connect()) as connection:
        connection.sendall(head("/nowhere", "Content-Length: 1000", "Expect: 100-continue"))
        answered = b"".join(received(connection))
    assert answered.startswith(b"HTTP/1.1 404 "), answered


def test_service_keeps_the_connection_of_a_small_body_that_it_refuses(service: Service) -> None:
    with closing(service.connect()) as connection:
        for _ in range(3):
            connection.sendall(head("/nowhere", "Content-Length: 1000") + b" " * 1000)
            answered = b""
            while not answered.endswith(b"}"):
                answered += connection.recv(65_536)
            assert answered.startswith(b"HTTP/1.1 404 "), answered
            assert b"connection: close" not in answered.lower()

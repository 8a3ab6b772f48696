"""Attacks by the head of one request: each is sent whole, or as far as the service lets it, and the answer returned."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress

from tests.attacks.conftest import Service

MB = 2**20
BEGIN = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n"


def answer_to(service: Service, *parts: bytes) -> bytes:
    """What the service answers until it closes; nothing, where it closes while there is more to send."""
    with service.connect() as connection, suppress(ConnectionError):
        for part in parts:
            connection.sendall(part)
        return b"".join(iter(lambda: connection.recv(65_536), b""))
    return b""


def _field_of(size: int) -> Iterator[bytes]:
    yield BEGIN + b"A: "
    yield from _letters(size)
    yield b"\r\n\r\n"


def _request_line_of(size: int) -> Iterator[bytes]:
    yield b"GET /"
    yield from _letters(size)
    yield b" HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"


def _fields(number: int) -> Iterator[bytes]:
    yield BEGIN
    for _ in range(number // 1000):
        yield b"a:b\r\n" * 1000
    yield b"\r\n"


def _letters(size: int) -> Iterator[bytes]:
    for _ in range(size // MB):
        yield b"a" * MB


TOO_LARGE: dict[str, Callable[[], Iterator[bytes]]] = {
    "a field of 40 MB": lambda: _field_of(40 * MB),
    "a field of 200 MB": lambda: _field_of(200 * MB),
    "a request line of 200 MB": lambda: _request_line_of(200 * MB),
    "three million fields": lambda: _fields(3_000_000),
    "a thousand fields": lambda: _fields(1_000),
}

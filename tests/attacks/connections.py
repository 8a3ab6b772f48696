"""Attacks by connections that are opened and hold: each is a context in which the attack lasts."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from threading import Event, Thread

from tests.attacks.conftest import Service

NUMBER = 1_100
"""More than the descriptors of a process that was given the usual 1,024."""

ASK = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n"
LARGEST = b"GET /widget.js HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
SMALLEST_BUFFER = 2_048

Attack = Callable[[Service, int], AbstractContextManager[list[socket.socket]]]
"""An attack by a number of connections."""


@contextmanager
def opened(
    service: Service, number: int, first: bytes = b"", receive_buffer: int | None = None
) -> Iterator[list[socket.socket]]:
    """Connections on which `first` was sent, and nothing is read. Some may be closed by the service at once."""
    with ExitStack() as held:
        connections = []
        for _ in range(number):
            connection = held.enter_context(service.connect(receive_buffer))
            connections.append(connection)
            connection.setblocking(False)
            with suppress(OSError):
                connection.send(first)
        yield connections


def silent(service: Service, number: int) -> AbstractContextManager[list[socket.socket]]:
    return opened(service, number)


def half_heads(service: Service, number: int) -> AbstractContextManager[list[socket.socket]]:
    return opened(service, number, ASK)


@contextmanager
def idle_after_a_request(service: Service, number: int) -> Iterator[list[socket.socket]]:
    with ExitStack() as held:
        connections = [held.enter_context(service.connect()) for _ in range(number)]
        for connection in connections:
            with suppress(OSError):
                connection.sendall(ASK + b"\r\n")
                connection.recv(1)
            connection.setblocking(False)
        yield connections


@contextmanager
def trickled_heads(service: Service, number: int) -> Iterator[list[socket.socket]]:
    """Half a head, and a byte of it each half second from then on."""
    with opened(service, number, ASK + b"A: ") as connections, _each_half_second(lambda: _send_a_byte(connections)):
        yield connections


def unread_pipelines(service: Service, number: int) -> AbstractContextManager[list[socket.socket]]:
    """Hundreds of requests on each connection, whose responses nobody reads."""
    return opened(service, number, LARGEST * 300, SMALLEST_BUFFER)


@contextmanager
def trickled_responses(service: Service, number: int) -> Iterator[list[socket.socket]]:
    """Responses of which a byte is read each half second."""
    with (
        opened(service, number, LARGEST * 30, SMALLEST_BUFFER) as connections,
        _each_half_second(lambda: _read_a_byte(connections)),
    ):
        yield connections


HOLDING: dict[str, Attack] = {
    "silent": silent,
    "half heads": half_heads,
    "trickled heads": trickled_heads,
    "idle after a request": idle_after_a_request,
}
NOT_READING: dict[str, Attack] = {
    "unread pipelines": unread_pipelines,
    "trickled responses": trickled_responses,
}


@contextmanager
def _each_half_second(do: Callable[[], None]) -> Iterator[None]:
    ended = Event()

    def repeat() -> None:
        while not ended.wait(0.5):
            do()

    thread = Thread(target=repeat)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def _send_a_byte(connections: list[socket.socket]) -> None:
    for connection in connections:
        with suppress(OSError):
            connection.send(b"a")


def _read_a_byte(connections: list[socket.socket]) -> None:
    for connection in connections:
        with suppress(OSError):
            connection.recv(1)

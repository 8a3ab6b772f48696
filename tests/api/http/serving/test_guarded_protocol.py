"""What the protocol relies on in uvicorn, and limits that need an address other than this machine's."""

from __future__ import annotations

import inspect
import re
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from threading import Thread

import pytest
import uvicorn
from starlette.responses import PlainTextResponse
from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle

from api.http.serving import connection_table
from api.http.serving.guarded_protocol import GuardedProtocol
from api.http.serving.listener import SEND_BUFFER, open_listener
from api.http.serving.server import make_server
from assistant.settings import HttpOptions

REQUEST = b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"


@contextmanager
def served(options: HttpOptions) -> Iterator[tuple[str, int]]:
    with open_listener(options) as listener:
        server = make_server(PlainTextResponse("here"), options)
        thread = Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            yield listener.getsockname()
        finally:
            server.should_exit = True
            thread.join()


def answer_to(connection: socket.socket, request: bytes) -> bytes:
    connection.sendall(request)
    return connection.recv(65_536)


@pytest.mark.parametrize(
    "name",
    [name for name, value in vars(GuardedProtocol).items() if inspect.isfunction(value) and not name.startswith("_")],
)
def test_guarded_protocol_overrides_what_uvicorn_or_asyncio_calls(name: str) -> None:
    own = {"cut", "cut_if_overdue", "get_buffer", "buffer_updated"}
    assert name in own or name in vars(H11Protocol)


@pytest.mark.parametrize(
    ("code", "relied_on"),
    [
        (H11Protocol.handle_events, "self.conn.next_event()"),
        (H11Protocol.handle_events, "except h11.RemoteProtocolError"),
        (H11Protocol.handle_events, "self.send_400_response("),
        (H11Protocol.handle_events, "on_response=self.on_response_complete"),
        (H11Protocol.handle_events, '"state": self.app_state.copy()'),
        (H11Protocol.connection_made, "self.connections.add(self)"),
        (H11Protocol.connection_lost, "self.connections.discard(self)"),
        (RequestResponseCycle.send, "self.transport.write("),
        (RequestResponseCycle.send, "await self.flow.drain()"),
        (uvicorn.Server.shutdown, "connection.shutdown()"),
        (uvicorn.Server.main_loop, "await asyncio.sleep(0.1)"),
        (uvicorn.Server.main_loop, "await self.on_tick(counter)"),
    ],
)
def test_uvicorn_still_does_what_the_protocol_relies_on(code: object, relied_on: str) -> None:
    assert relied_on in inspect.getsource(code)  # type: ignore[arg-type]


def test_guarded_protocol_refuses_connections_beyond_those_of_an_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection_table, "_THIS_MACHINE", ())
    with served(HttpOptions(port=0, max_connections_per_address=2)) as address, ExitStack() as held:
        first, second, third = (held.enter_context(socket.create_connection(address, 30)) for _ in range(3))
        assert answer_to(first, REQUEST).startswith(b"HTTP/1.1 200")
        assert answer_to(second, REQUEST).startswith(b"HTTP/1.1 200")

        refused = third.recv(65_536)
        assert refused.startswith(b"HTTP/1.1 503")
        assert re.search(rb"(?i)retry-after: \d+\r\n", refused)
        assert third.recv(1) == b""

        first.close()
        # The server learns of the closed connection in its own time; who comes before that is refused as well.
        assert any(_is_answered(address) for _ in range(100))


def _is_answered(address: tuple[str, int]) -> bool:
    with socket.create_connection(address, 30) as connection:
        try:
            if answer_to(connection, REQUEST).startswith(b"HTTP/1.1 200"):
                return True
        except ConnectionError:
            pass
    time.sleep(0.05)
    return False


def test_guarded_protocol_answers_requests_that_come_together_in_order() -> None:
    with served(HttpOptions(port=0)) as address, socket.create_connection(address, 30) as connection:
        connection.sendall(REQUEST * 3)
        received = b""
        while received.count(b"here") < 3:
            received += connection.recv(65_536)
    assert received.count(b"HTTP/1.1 200") == 3


def test_open_listener_bounds_what_the_kernel_takes_of_an_answer_and_sends_it_at_once() -> None:
    with open_listener(HttpOptions(port=0)) as listener, socket.create_connection(listener.getsockname()):
        accepted, _ = listener.accept()
        with accepted:
            assert SEND_BUFFER <= accepted.getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF) <= 2 * SEND_BUFFER
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)

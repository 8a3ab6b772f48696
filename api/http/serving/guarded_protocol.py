"""Guarded protocol: uvicorn's HTTP/1.1 protocol with bounds on the time and memory that a connection may take."""

from __future__ import annotations

import asyncio
import fcntl
import socket
import struct
import sys
import termios
from contextlib import suppress
from typing import Any

import h11
from uvicorn.config import Config
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

from api.http.error_handlers import problem_body
from api.http.observability.request_id import new_request_state
from api.http.serving.connection_table import ConnectionTable, Place
from api.http.serving.head_limits import LimitedConnection
from api.problems import BAD_REQUEST, HEAD_TOO_LARGE, TOO_MANY_CONNECTIONS, Problem

IN_RESERVE = "in_reserve"
"""Name in the state of requests that came on a connection beyond the most."""

_SECONDS_TO_SPEAK = 0.02
"""Before, a connection does not count as one that waits. What has come by then was read, however busy the event loop
is: it runs timers after what it reads. In this time fewer connections can be accepted than there may be."""

SECONDS_TO_BEGIN = 10.0
"""From connecting, or the last response, to the first byte of a request."""

SECONDS_FOR_HEAD = 10.0
"""From the first byte of a head to its last: one packet, mostly."""

SECONDS_TO_READ = 30.0
"""How often a client that has not read all that was written is looked at."""

BYTES_TO_READ = 30_000
"""What must have reached the client in that time: 1 kB a second, as 2G gives."""

_NO_LINGERING = struct.pack("ii", 1, 0)

_READ_BYTES = 16_384
"""Read at once: the parser is at one connection for some ms at most, whatever these bytes are."""


class GuardedProtocol(H11Protocol, asyncio.BufferedProtocol):
    """One connection. The server asks it every second to `cut_if_overdue`.

    h11 and not httptools: it keeps trailers apart from headers, and a head within its bounds.
    """

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
        *,
        table: ConnectionTable,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self.conn: LimitedConnection = LimitedConnection()
        self._table = table
        self._buffer = bytearray(_READ_BYTES)
        self._deadline = 0.0
        self._has_begun = False
        self._looked_at: tuple[float, int] | None = None
        self.is_open = False
        self.below: asyncio.Transport | None = None
        """What carries a connection that speaks TLS."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        self.is_open = True
        self._written = WrittenBytes(transport, self.below)
        super().connection_made(self._written)  # type: ignore[arg-type]
        self._deadline = self.loop.time() + SECONDS_TO_BEGIN
        self.loop.call_later(_SECONDS_TO_SPEAK, self._wait)
        place = self._table.enter(self, self.client[0] if self.client else None)
        if place is Place.NONE:
            self._refuse(TOO_MANY_CONNECTIONS)
        if place is Place.RESERVE:
            self.app_state = {**self.app_state, IN_RESERVE: True}

    def get_buffer(self, _sizehint: int) -> bytearray:
        return self._buffer

    def buffer_updated(self, nbytes: int) -> None:
        if not (self._has_begun or self._is_serving):
            self._has_begun = True
            self._deadline = self.loop.time() + SECONDS_FOR_HEAD
        self.data_received(bytes(memoryview(self._buffer)[:nbytes]))
        if self._is_serving:
            self._table.serve(self)

    def on_response_complete(self) -> None:
        self._has_begun = False
        self._deadline = self.loop.time() + SECONDS_TO_BEGIN
        super().on_response_complete()  # begins with the next request, if it is there already
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        self._table.leave(self)
        super().connection_lost(exc)

    def send_400_response(self, _msg: str) -> None:
        self._refuse(HEAD_TOO_LARGE if self.conn.refusal_status == HEAD_TOO_LARGE.status else BAD_REQUEST)

    def shutdown(self) -> None:
        if self._is_serving:
            self.cycle.keep_alive = False
        else:
            self.transport.close()

    def cut(self) -> None:
        """Close at once. What was not read is lost: the kernel would keep it for a client that may never read."""
        if self._written.unsent:
            with suppress(OSError):  # macOS refuses when the client has reset it already
                connection = self.transport.get_extra_info("socket")
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGERING)
        self.transport.abort()

    def cut_if_overdue(self, now: float) -> None:
        """Close the connection when its client keeps it waiting for longer than it may."""
        if self._written.unsent:
            if self._is_read_too_slowly(now):
                self.cut()
            return
        self._looked_at = None
        if not self._is_serving and now >= self._deadline:
            self.cut()

    @property
    def _is_serving(self) -> bool:
        """Whether the head of a request has come whose response is not complete."""
        return self.cycle is not None and not self.cycle.response_complete

    def _wait(self) -> None:
        if not self._is_serving:
            self._table.wait(self)

    def _is_read_too_slowly(self, now: float) -> bool:
        since, sent = self._looked_at or (now, self._written.sent)
        self._looked_at = (since, sent)
        if now - since < SECONDS_TO_READ:
            return False
        self._looked_at = (now, self._written.sent)
        return self._written.sent - sent < BYTES_TO_READ

    def _refuse(self, problem: Problem) -> None:
        """Answer with `problem` and close; only close where a response has begun already."""
        if self._is_serving and self.cycle.response_started:
            self.cut()
            return
        if self._is_serving:  # the body makes no sense: nobody may answer any more
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        self.transport.write(_response(problem))
        self.transport.close()


class WrittenBytes:
    """A transport that counts what is written to it. `below` is the one that carries it, where it speaks TLS."""

    def __init__(self, transport: asyncio.Transport, below: asyncio.Transport | None = None) -> None:
        self._transport = transport
        self._below = below
        self._bytes = 0

    def write(self, data: bytes) -> None:
        self._bytes += len(data)
        self._transport.write(data)

    @property
    def unsent(self) -> int:
        """Bytes that the kernel has not taken yet."""
        below = self._below.get_write_buffer_size() if self._below else 0
        return self._transport.get_write_buffer_size() + below

    @property
    def sent(self) -> int:
        """Bytes that have reached the client's machine. The kernel takes them ahead, by the ten kB."""
        return self._bytes - self.unsent - _bytes_in_kernel(self._transport.get_extra_info("socket"))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)


def _bytes_in_kernel(connection: socket.socket) -> int:
    """Return how many bytes were written to a socket and not acknowledged yet; 0 where the system does not tell."""
    with suppress(OSError):
        return int.from_bytes(fcntl.ioctl(connection.fileno(), termios.TIOCOUTQ, bytes(4)), sys.byteorder)
    return 0


def _response(problem: Problem) -> bytes:
    """Return a whole response, for where no request is there to respond to."""
    body = problem_body({"state": new_request_state()}, problem).model_dump_json().encode()
    retry = [] if problem.retry_seconds is None else [("Retry-After", str(problem.retry_seconds))]
    headers = [
        ("Content-Type", "application/problem+json"),
        ("Content-Length", str(len(body))),
        *retry,
        ("Connection", "close"),
    ]
    writer = h11.Connection(h11.SERVER)
    head = h11.Response(status_code=problem.status, headers=headers)
    return (writer.send(head) or b"") + (writer.send(h11.Data(data=body)) or b"")

"""A line to a server that can be slow, silent or cut: what a network does, on loopback."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from queue import SimpleQueue
from threading import Event, Lock, Thread

_MOST_BYTES = 65_536


class Line:
    """Passes on what comes to `port` of this machine. `delay` is in seconds, of each way."""

    def __init__(self, server: Path | tuple[str, int], delay: float = 0.0) -> None:
        """`server` is a socket's path, or a host and a port."""
        self.delay = delay
        self._server = server
        self._speaks = Event()
        self._speaks.set()
        self._changing = Lock()
        self._ends: set[socket.socket] = set()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._listen()

    @contextmanager
    def cut(self) -> Iterator[None]:
        """Until the end of the block every connection is over, and none can be made."""
        self.close()
        try:
            yield
        finally:
            self._listener = socket.create_server(("127.0.0.1", self.port))
            self._listen()

    @contextmanager
    def silent(self) -> Iterator[None]:
        """Until the end of the block connections stay, and can be made, and nothing passes."""
        self._speaks.clear()
        try:
            yield
        finally:
            self._speaks.set()

    def close(self) -> None:
        with self._changing:
            for end in (self._listener, *self._ends):
                _end(end)
            self._ends.clear()

    def _listen(self) -> None:
        Thread(target=self._accept, args=(self._listener,), daemon=True).start()

    def _accept(self, listener: socket.socket) -> None:
        with suppress(OSError):  # it is closed
            while True:
                here, _ = listener.accept()
                Thread(target=self._connect, args=(here,), daemon=True).start()

    def _connect(self, here: socket.socket) -> None:
        self._wait()
        try:
            there = _connected(self._server)
        except OSError:
            _end(here)
            return
        here.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with self._changing:
            self._ends |= {here, there}
        self._pass_on(here, there)
        self._pass_on(there, here)

    def _pass_on(self, source: socket.socket, target: socket.socket) -> None:
        """What comes later does not wait for what came before, so that only time is lost."""
        under_way: SimpleQueue[tuple[float, bytes]] = SimpleQueue()

        def take() -> None:
            received = b"begin"
            while received:
                try:
                    received = source.recv(_MOST_BYTES)
                except OSError:
                    received = b""
                under_way.put((time.monotonic() + self.delay, received))

        def give() -> None:
            with suppress(OSError):
                while True:
                    due, received = under_way.get()
                    self._wait(until=due)
                    if not received:
                        break
                    target.sendall(received)
            _end(target)
            with self._changing:
                self._ends.discard(target)

        for work in (take, give):
            Thread(target=work, daemon=True).start()

    def _wait(self, until: float = 0.0) -> None:
        time.sleep(max(0.0, until - time.monotonic()))
        self._speaks.wait()


def _connected(server: Path | tuple[str, int]) -> socket.socket:
    if not isinstance(server, Path):
        return socket.create_connection(server)
    connection = socket.socket(socket.AF_UNIX)
    connection.connect(str(server))
    return connection


def _end(end: socket.socket) -> None:
    with suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
    end.close()

"""The service manager that started this process, such as systemd, is told how far it is (sd_notify's protocol)."""

from __future__ import annotations

import socket
import time
from contextlib import suppress

SECONDS_BETWEEN_SIGNS = 1.0
"""Of life, for a manager that restarts what gives none."""


class ServiceManager:
    """Sends datagrams to the manager's socket. Without an address nothing is sent; a manager that is gone is no error.

    An address that begins with `@` is in Linux's abstract namespace.
    """

    def __init__(self, address: str | None) -> None:
        self._address = f"\0{address[1:]}" if address and address.startswith("@") else address
        self._next_sign = 0.0

    def ready(self) -> None:
        """Say that requests are accepted, or jobs taken."""
        self._send("READY=1")

    def alive(self) -> None:
        """Give a sign of life, unless one was given just now."""
        now = time.monotonic()
        if now >= self._next_sign:
            self._next_sign = now + SECONDS_BETWEEN_SIGNS / 2
            self._send("WATCHDOG=1")

    def stopping(self) -> None:
        """Say that no more are, and what runs is finished."""
        self._send("STOPPING=1")

    def _send(self, message: str) -> None:
        if not self._address:
            return
        with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
            manager.setblocking(False)  # its socket may be full, and requests do not wait for that
            manager.sendto(message.encode(), self._address)

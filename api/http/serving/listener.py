"""The address where the service is reached."""

from __future__ import annotations

import socket
from errno import EADDRINUSE

from api.http.access.client_address import is_loopback
from assistant.errors import BadSettings
from assistant.settings import HttpOptions

BACKLOG = 2_048
"""Connections that wait to be accepted. Whom it has no room for tries again after a second."""

SEND_BUFFER = 131_072
"""Bytes of a connection that the kernel takes ahead of its reader. By default it takes MBs, and where it does not tell
what its reader has acknowledged, for minutes nobody could tell whether a slow one reads."""


_LOOPBACK_OF = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - compared, not bound
"""A browser opens no address that means all of a machine's."""


def open_listener(options: HttpOptions, has_keys: bool = False) -> socket.socket:
    """Bind the address. Raise `BadSettings` when it is taken, or open to others without keys or leave."""
    if not (is_loopback(options.host) or has_keys or options.allow_anyone_to_ask):
        raise BadSettings(
            f"Listening on {options.host} would let anyone who can reach it ask, as there are no keys; "
            "make one with `assistant keys create`, listen on 127.0.0.1, or say --allow-anyone-to-ask if that is "
            "what you want."
        )
    family = socket.AF_INET6 if ":" in options.host else socket.AF_INET
    try:
        listener = socket.create_server((options.host, options.port), family=family, backlog=BACKLOG)
    except (OSError, UnicodeError, TypeError) as error:  # the last two: what no machine can be called
        raise BadSettings(f"Cannot listen on {options.host} port {options.port}: {_why(error)}") from None
    # Its connections inherit both. asyncio would see to the second only of a socket that it has made itself; without
    # it an answer that is written in two parts waits 40 ms in between.
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


def url_of(listener: socket.socket, scheme: str = "http") -> str:
    """Return an address at which this machine reaches a bound socket, such as `http://127.0.0.1:8000`."""
    host, port = listener.getsockname()[:2]
    host = _LOOPBACK_OF.get(host, host)
    return f"{scheme}://[{host}]:{port}" if ":" in host else f"{scheme}://{host}:{port}"


def _why(error: OSError | UnicodeError | TypeError) -> str:
    if not isinstance(error, OSError):
        return "it is no name of a machine."
    if error.errno == EADDRINUSE:
        return "another program listens there; choose another with --port."
    return f"{error.strerror or error}."

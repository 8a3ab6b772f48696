"""Connection table: which connections of a process are open, and which has to make room for a further one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from api.http.access.client_address import Network, client_name, networks, parse_address
from api.http.serving.descriptors import connections_allowed
from assistant.settings import HttpOptions

RESERVE = 64
"""Connections beyond the most, on which nothing but the operator's routes is answered."""

_THIS_MACHINE = networks("127.0.0.0/8, ::1")


class Place(Enum):
    """What a connection may do."""

    ORDINARY = "whatever it asks for"
    RESERVE = "ask for the operator's routes, and is closed then"
    NONE = "nothing: it is refused"


class Connection(Protocol):
    """What the table knows of a connection: nothing but that it can be closed at once."""

    def cut(self) -> None: ...


@dataclass(frozen=True, slots=True)
class ConnectionLimits:
    """Limits of one process. An address is an IPv4 address or an IPv6 /64; `unlimited` ones may open any number."""

    most: int = 1_000
    most_of_address: int = 100
    unlimited: tuple[Network, ...] = _THIS_MACHINE

    @classmethod
    def of(cls, options: HttpOptions, trusted_proxies: str = "") -> ConnectionLimits:
        """Return the limits that are set, as far as the descriptors of this process allow."""
        return cls(
            min(options.max_connections, connections_allowed()),
            options.max_connections_per_address,
            (*_THIS_MACHINE, *networks(trusted_proxies)),
        )


class ConnectionTable:
    """The open connections of a process. Used on the event loop alone.

    When there are too many, in all or of one address, the one that has waited longest without the head of a request is
    closed.
    """

    def __init__(self, limits: ConnectionLimits) -> None:
        self._limits = limits
        self._open: dict[Connection, str | None] = {}
        self._of_address: Counter[str] = Counter()
        self._waiting: dict[Connection, None] = {}  # in the order in which they began to wait

    def enter(self, connection: Connection, address: str | None) -> Place:
        """Take in a connection that was just accepted, or refuse it; it may have cost another one its place."""
        name = _limited_name(address, self._limits.unlimited)
        if name is not None and self._of_address[name] >= self._limits.most_of_address and not self._make_room(name):
            return Place.NONE
        place = self._find_place()
        if place is not Place.NONE:
            self._open[connection] = name
            if name is not None:
                self._of_address[name] += 1
        return place

    def leave(self, connection: Connection) -> None:
        """Forget a connection that is closed; it may have been forgotten before."""
        self._waiting.pop(connection, None)
        name = self._open.pop(connection, None)
        if name is not None:
            self._of_address[name] -= 1
            if not self._of_address[name]:
                del self._of_address[name]

    def wait(self, connection: Connection) -> None:
        """Note that a connection could have sent a request and has not, so that it may be closed for another one."""
        if connection in self._open:
            self._waiting.setdefault(connection)

    def serve(self, connection: Connection) -> None:
        """Note that a connection has sent the head of a request."""
        self._waiting.pop(connection, None)

    def _find_place(self) -> Place:
        while len(self._open) >= self._limits.most:
            if not self._make_room():
                return Place.RESERVE if len(self._open) < self._limits.most + RESERVE else Place.NONE
        return Place.ORDINARY

    def _make_room(self, name: str | None = None) -> bool:
        """Close the connection that has waited longest, of this address if one is named; False when none waits."""
        longest = next((one for one in self._waiting if name in (None, self._open[one])), None)
        if longest is None:
            return False
        self.leave(longest)
        longest.cut()
        return True


def _limited_name(address: str | None, unlimited: Sequence[Network]) -> str | None:
    """Return the name under which an address is counted, None when it is not."""
    peer = parse_address((address or "").partition("%")[0])
    return None if peer is None or any(peer in network for network in unlimited) else client_name(peer)

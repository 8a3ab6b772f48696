"""Whose request it is, by address, when proxies may stand in between."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from starlette.datastructures import Headers
from starlette.types import Scope

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

_OWN_BITS = 64
"""Whoever has an IPv6 address has a whole /64 of them."""


def networks(text: str) -> tuple[Network, ...]:
    """`127.0.0.1, 10.0.0.0/8` as networks."""
    return tuple(ip_network(part) for part in text.replace(" ", "").split(",") if part)


def client_address(scope: Scope, trusted: Sequence[Network]) -> Address | None:
    """The nearest address that is none of our own proxies; None when it cannot be known.

    Every proxy appends whom it talks to, so X-Forwarded-For is believed from its end backwards, as long as it
    was a trusted proxy that wrote it.
    """
    client = scope.get("client")
    address = _address(client[0]) if client else None
    forwarded = ",".join(Headers(scope=scope).getlist("x-forwarded-for")).split(",")
    while address and _is_one_of(address, trusted) and forwarded:
        before = _address(forwarded.pop())
        if before is None:
            break
        address = before
    return address


def client_name(address: Address | None) -> str:
    """What a client is counted under."""
    if isinstance(address, IPv6Address):
        return str(ip_network((address, _OWN_BITS), strict=False))
    return str(address)


def is_loopback_peer(scope: Scope) -> bool:
    """Whether the connection itself comes from this machine."""
    address = client_address(scope, ())
    return address is not None and address.is_loopback


def is_loopback(host: str) -> bool:
    """Whether this can only mean this machine. Names are not looked up: that is how rebinding lies."""
    if host.casefold() == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _address(text: str) -> Address | None:
    try:
        address = ip_address(text.strip())
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


def _is_one_of(address: Address, trusted: Sequence[Network]) -> bool:
    return any(address in network for network in trusted)

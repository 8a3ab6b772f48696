"""Client address: from where a request comes, when proxies may stand in between, and whether that is this machine.

A server on loopback is still reached by any web page in a browser on that machine (DNS rebinding gives the page a
name that resolves to loopback, and forms are posted without asking), and by the world when a proxy stands in front.
The headers tell: so Host, Origin and the marks that proxies leave are checked.
"""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from starlette.datastructures import Headers
from starlette.types import Scope as AsgiScope

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

_OWN_BITS = 64
"""Bits of an IPv6 address that tell clients apart: each has a whole /64."""

_PROXY_MARKS = ("forwarded", "via", "x-real-ip", "true-client-ip", "cf-connecting-ip")
_PROXY_PREFIX = "x-forwarded-"


def networks(text: str) -> tuple[Network, ...]:
    """Return `127.0.0.1, 10.0.0.0/8` as networks. Raise ValueError for what is none."""
    return tuple(ip_network(part) for part in text.replace(" ", "").split(",") if part)


def client_address(scope: AsgiScope, trusted: Sequence[Network]) -> Address | None:
    """Return the nearest address that is none of our own proxies; None when it cannot be known.

    Every proxy appends whom it talks to, so X-Forwarded-For is believed from its end backwards, as long as it
    was a trusted proxy that wrote it.
    """
    client = scope.get("client")
    address = parse_address(client[0]) if client else None
    forwarded = ",".join(Headers(scope=scope).getlist("x-forwarded-for")).split(",")
    while address and _is_one_of(address, trusted) and forwarded:
        before = parse_address(forwarded.pop())
        if before is None:
            break
        address = before
    return address


def client_name(address: Address | None) -> str:
    """Return the name that a client is counted under: its address, or its /64 network."""
    if isinstance(address, IPv6Address):
        return str(ip_network((address, _OWN_BITS), strict=False))
    return str(address)


def is_loopback_peer(scope: AsgiScope) -> bool:
    """Whether the connection itself comes from this machine."""
    address = client_address(scope, ())
    return address is not None and address.is_loopback


def is_local(headers: Headers, scheme: str = "http") -> bool:
    """Whether these headers are those of a program or page on this machine, talking to us directly by `scheme`."""
    hosts = headers.getlist("host")
    return (
        len(hosts) == 1
        and is_loopback(_host_name(hosts[0]))
        and all(origin == f"{scheme}://{hosts[0]}" for origin in headers.getlist("origin"))
        and not any(name in _PROXY_MARKS or name.startswith(_PROXY_PREFIX) for name in headers)
    )


def is_loopback(host: str) -> bool:
    """Whether this can only mean this machine. Names are not looked up: that is how rebinding lies."""
    if host.casefold() == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _host_name(authority: str) -> str:
    """Return `::1` for `[::1]:8000`, `localhost` for `localhost`; what is no authority stays no loopback name."""
    name, colon, _port = authority.rpartition(":")
    has_port = colon and not authority.endswith("]")
    return (name if has_port else authority).removeprefix("[").removesuffix("]")


def parse_address(text: str) -> Address | None:
    """Return an address, as IPv4 where it is one that is written as IPv6; None for what is none."""
    try:
        address = ip_address(text.strip())
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


def _is_one_of(address: Address, trusted: Sequence[Network]) -> bool:
    return any(address in network for network in trusted)

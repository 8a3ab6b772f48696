"""Addresses that may be fetched: http and https, of public hosts, whatever form they are written in.

Blocks of addresses: IANA's special-purpose registries (RFC 6890); embedded IPv4: RFC 4291, 3056 and 6052.
"""

from __future__ import annotations

import re
import socket
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from urllib.parse import quote, urljoin, urlsplit

from corpus.errors import BadAddress
from corpus.readers.urls import DEFAULT_PORTS, canonical_url

Resolve = Callable[[str, int], Sequence[str]]
"""Returns the numeric addresses of a host. Raises OSError when there are none."""

_NUMERIC_LABEL = re.compile(r"[0-9]+|0x[0-9a-f]*", re.ASCII)
"""A last label that makes the host an IP address (WHATWG URL, "ends in a number")."""

_HOST = re.compile(r"(?:[a-z0-9_-]{1,63}\.)*[a-z0-9_-]{1,63}", re.ASCII)
"""Labels as DNS has them; underscores are forbidden in names of hosts, and in use."""

_MAX_HOST_CHARS = 253

_KEPT_IN_PATHS = "/%:@!$&'()*+,;=~-._"
_KEPT_IN_QUERIES = _KEPT_IN_PATHS + "?"

_GLOBAL_UNICAST = IPv6Network("2000::/3")
_WITH_IPV4_AT_THE_END = (IPv6Network("::ffff:0:0/96"), IPv6Network("64:ff9b::/96"), IPv6Network("::/96"))
"""IPv4-mapped, NAT64 and IPv4-compatible addresses."""

_PROTOCOL_ASSIGNMENTS = IPv4Network("192.0.0.0/24")
"""Oracle's cloud has its metadata here; Python 3.11 counts most of it as global."""

_OF_THE_PLATFORM = frozenset({IPv4Address("168.63.129.16")})
"""Azure's own services stand behind this one, which is public in form only."""


@dataclass(frozen=True, slots=True)
class WebAddress:
    """A web address, taken apart. `host` is as DNS and TLS want it, `target` path and query as they are sent."""

    scheme: str
    host: str
    port: int
    target: str

    @property
    def authority(self) -> str:
        """Host and port as `Host` wants them: the default port is left out."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def origin(self) -> str:
        return f"{self.scheme}://{self.authority}"

    @property
    def url(self) -> str:
        return self.origin + self.target

    def joined(self, location: str) -> WebAddress:
        """The address that a link or redirect on this one means. Raises `BadAddress`."""
        try:
            return parse_address(urljoin(self.url, location.strip()))
        except ValueError:
            raise BadAddress("it leads to something that is no web address.") from None


def parse_address(written: str) -> WebAddress:
    """Take an address apart. Raises `BadAddress`, whose reason fits behind the address."""
    url = canonical_url(written)
    try:
        parts = urlsplit(written.strip())
        if url is None or parts.username is not None or parts.password is not None:
            raise BadAddress(
                "it carries a name or password, which are never sent." if url else "it is no http or https address."
            )
        parts = urlsplit(url)
        host = _host(parts.hostname or "")
        port = parts.port or DEFAULT_PORTS[parts.scheme]
    except ValueError:
        raise BadAddress("it is no http or https address.") from None
    query = f"?{quote(parts.query, _KEPT_IN_QUERIES)}" if parts.query else ""
    return WebAddress(parts.scheme, host, port, quote(parts.path, _KEPT_IN_PATHS) + query)


def _host(written: str) -> str:
    """The host as DNS wants it. Raises `BadAddress` for one that means something else than it shows."""
    import idna

    if ":" in written:
        if "%" in written:
            raise BadAddress("it names an interface of one machine.")
        return str(IPv6Address(written))
    try:
        host = written if written.isascii() else idna.encode(written, uts46=True).decode("ascii")
    except idna.IDNAError:
        host = ""
    host = host.removesuffix(".")
    if len(host) > _MAX_HOST_CHARS or not _HOST.fullmatch(host):
        raise BadAddress("its host is no name that DNS knows.")
    if _NUMERIC_LABEL.fullmatch(host.rpartition(".")[2]):
        try:
            return str(IPv4Address(host))
        except ValueError:
            raise BadAddress("it writes a numeric address in an unusual form.") from None
    return host


class AllowedHosts:
    """The hosts that the operator named in `SourceOptions.allowed_hosts`, each with a port or without."""

    def __init__(self, named: str) -> None:
        self._named = frozenset(name.casefold() for name in named.replace(" ", "").split(",") if name)

    def __contains__(self, address: WebAddress) -> bool:
        host = f"[{address.host}]" if ":" in address.host else address.host
        return not self._named.isdisjoint((host, f"{host}:{address.port}"))


def checked_addresses(address: WebAddress, resolve: Resolve, allowed: AllowedHosts) -> list[str]:
    """Look the host up, once, and return the numeric addresses to connect to.

    All answers are checked, so that none can be chosen by whoever answers. Raises `BadAddress` for a host that the
    operator did not name and that has an answer which is not public, or a port that is no web server's. Raises OSError
    when the name has no answer.
    """
    if address in allowed:
        return list(resolve(address.host, address.port))
    if address.port not in DEFAULT_PORTS.values():
        raise BadAddress("only ports 80 and 443 are fetched from; the setting of allowed hosts can name others.")
    answers = list(resolve(address.host, address.port))
    if not all(map(is_public, answers)):
        raise BadAddress("its host is not public (loopback, private or the like), and not among the allowed hosts.")
    return answers


def look_up(host: str, port: int) -> list[str]:
    """Ask the system for the addresses of a host, each once, in its order of preference. Raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(where[0]) for *_, where in found))


def is_public(numeric: str) -> bool:
    """Whether a numeric address belongs to a host of the public internet, in every reading of it."""
    try:
        return all(map(_is_plainly_public, _readings(ip_address(numeric))))
    except ValueError:
        return False


def _readings(address: IPv4Address | IPv6Address) -> Iterator[IPv4Address | IPv6Address]:
    """The IPv4 address that an IPv6 address carries to a gateway, or the address itself; of 6to4 both."""
    if isinstance(address, IPv6Address):
        if any(address in network for network in _WITH_IPV4_AT_THE_END):
            yield IPv4Address(int(address) & 0xFFFF_FFFF)
            return
        if address.sixtofour is not None:
            yield address.sixtofour
    yield address


def _is_plainly_public(address: IPv4Address | IPv6Address) -> bool:
    if isinstance(address, IPv6Address):
        # Teredo and the documentation's networks lie in 2000::/3, too; Python counts 6to4 as private.
        return address in _GLOBAL_UNICAST and (address.is_global or address.sixtofour is not None)
    is_special = address.is_multicast or address.is_reserved or address in _PROTOCOL_ASSIGNMENTS
    return address.is_global and not is_special and address not in _OF_THE_PLATFORM

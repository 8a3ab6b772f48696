"""One request over a connection of its own, to an address that was checked, with an end in any case.

The only file that knows `httpcore`. Proxies from the environment are not used: what they connect to nobody could check.
"""

from __future__ import annotations

import ssl
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from time import monotonic
from typing import Any

import httpcore

from corpus.errors import NotFetched
from corpus.web.addresses import WebAddress

_MOST_ADDRESSES = 4
"""Of a host's addresses so many are tried, one after another."""

_TOO_LONG = "it takes too long to come."


@dataclass(frozen=True, slots=True)
class TimeLimits:
    """Seconds for one connection, for one read or write, and for one request with all of its answer."""

    connect: float = 10.0
    read: float = 20.0
    total: float = 60.0


@dataclass(frozen=True, slots=True)
class Answer:
    """The head of an answer, names of headers in lower case; `chunks` are its body as sent, once."""

    status: int
    headers: Mapping[str, str]
    chunks: Iterator[bytes]


@contextmanager
def answered(
    address: WebAddress,
    numeric: Sequence[str],
    headers: Mapping[str, str],
    limits: TimeLimits,
    posted: bytes | None = None,
) -> Iterator[Answer]:
    """Send a GET, or what is to be `posted`, to one of the `numeric` addresses; read its answer inside the block.

    No name is looked up. Raises `NotFetched`, also for what goes wrong while the body is read.
    """
    deadline = monotonic() + limits.total
    backend = _CheckedAddresses(numeric[:_MOST_ADDRESSES], deadline)
    timeout = {"connect": limits.connect, "read": limits.read, "write": limits.read, "pool": limits.connect}
    url = httpcore.URL(
        scheme=address.scheme.encode(),
        host=address.host.encode(),
        port=address.port,
        target=address.target.encode(),
    )
    method = "GET" if posted is None else "POST"
    if posted is not None:
        headers = {**headers, "Content-Length": str(len(posted))}
    given = [(name.encode(), value.encode()) for name, value in {"Host": address.authority, **headers}.items()]
    try:
        with (
            httpcore.ConnectionPool(_tls(), max_connections=1, network_backend=backend) as pool,
            pool.stream(method, url, headers=given, content=posted, extensions={"timeout": timeout}) as response,
        ):
            yield Answer(response.status, _as_mapping(response.headers), _in_time(response.iter_stream(), deadline))
    except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.TimeoutException, OSError) as error:
        raise NotFetched(address.url, _TOO_LONG if monotonic() >= deadline else _why(error)) from None


class _CheckedAddresses(httpcore.NetworkBackend):
    """Connects to given numeric addresses, whatever host it is asked for; TLS still asks for that host."""

    def __init__(self, numeric: Sequence[str], deadline: float) -> None:
        self._numeric = numeric
        self._deadline = deadline
        self._backend = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        failed: Exception = httpcore.ConnectError(f"no address of {host}")
        for numeric in self._numeric:
            try:
                left = _left(timeout, self._deadline)
                stream = self._backend.connect_tcp(numeric, port, left, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failed = error
            else:
                return _EndingStream(stream, self._deadline)
        raise failed


class _EndingStream(httpcore.NetworkStream):
    """A stream that ends at a deadline, however slowly the other side trickles."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: float) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, _left(timeout, self._deadline))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, _left(timeout, self._deadline))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        stream = self._stream.start_tls(ssl_context, server_hostname, _left(timeout, self._deadline))
        return _EndingStream(stream, self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def _left(timeout: float | None, deadline: float) -> float:
    left = deadline - monotonic()
    if left <= 0:
        raise httpcore.TimeoutException
    return left if timeout is None else min(timeout, left)


def _in_time(chunks: Iterable[bytes], deadline: float) -> Iterator[bytes]:
    for chunk in chunks:
        _left(None, deadline)
        yield chunk


@cache
def _tls() -> ssl.SSLContext:
    """The system's certificates, so that an operator's own authority counts where it is installed."""
    return ssl.create_default_context()


def _as_mapping(headers: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """The first of each name counts."""
    found: dict[str, str] = {}
    for name, value in headers:
        found.setdefault(name.decode("latin-1").lower(), value.decode("latin-1").strip())
    return found


def _why(error: Exception) -> str:
    # Without the texts of the errors: some carry what the other side sent.
    if isinstance(error, httpcore.ConnectTimeout):
        return "its server does not answer in time."
    if isinstance(error, httpcore.TimeoutException):
        return "its server stopped sending."
    if _certificate_fault(error):
        return "its certificate is not to be trusted (self-signed, expired, or another name's)."
    if isinstance(error, httpcore.ConnectError):
        return "its server cannot be reached."
    if isinstance(error, httpcore.ProtocolError):
        return "its server broke off, or does not speak HTTP."
    return "the connection broke off."


def _certificate_fault(error: BaseException | None) -> bool:
    """Whether a certificate that was refused is at the bottom of an error."""
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError):
            return True
        error = error.__cause__ or error.__context__
    return False

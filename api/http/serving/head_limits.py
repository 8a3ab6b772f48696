"""Head limits: an HTTP/1.1 parser that looks at size and form of a request's head before it takes it apart.

Of a body it looks at the chunks, each of which costs as much as a field of a head.
"""

from __future__ import annotations

from typing import Any

import h11

MAX_HEAD_BYTES = 65_536
MAX_FIELDS = 100
"""What nginx, Apache and Node allow lies between 8 and 32 KB, and at 100 fields; browsers and proxies need far less."""

_SMALL_CHUNKS = 1_000
_LEAST_CHUNK_BYTES = 16
"""Mean size of the chunks of a body that has more of them. A chunk costs 4 µs of the event loop whatever is in it: of
16 KB that are read at once, chunks of one byte take 11 ms, a hundred times as long as large ones do."""

_FRAMING = {b"content-length", b"transfer-encoding"}


class LimitedConnection(h11.Connection):
    """The server's side of a connection. Beyond its limits, and where two readers might see two requests, it refuses.

    It is stricter than h11, which reads bare line feeds, folded lines and a length beside chunks (RFC 9112, 2.2, 5.2
    and 6.1, which let a server refuse each): a proxy in front may read them in another way.
    """

    refusal_status: int = 400
    """HTTP status for the error that `next_event` raised last."""

    def __init__(self) -> None:
        super().__init__(h11.SERVER, MAX_HEAD_BYTES)
        self._chunks = self._bytes = 0

    def next_event(self) -> Any:
        """Return what came next, as `h11.Connection.next_event` does. Raise `h11.RemoteProtocolError` to refuse it."""
        try:
            if self.their_state is h11.IDLE:
                _check_head(self.trailing_data[0])
            event = super().next_event()
            if isinstance(event, h11.Request):
                _check_framing(event)
                self._chunks = self._bytes = 0
            elif isinstance(event, h11.Data):
                self._check_chunks(event)
            return event
        except h11.RemoteProtocolError as error:
            self.refusal_status = error.error_status_hint
            raise

    def _check_chunks(self, data: h11.Data) -> None:
        self._chunks += data.chunk_end
        self._bytes += len(data.data)
        if self._chunks > _SMALL_CHUNKS and self._bytes < _LEAST_CHUNK_BYTES * self._chunks:
            raise h11.RemoteProtocolError("The body comes in too small chunks.")


def _check_head(received: bytes) -> None:
    """Refuse a head as soon as enough of it has come to know that it is too large or odd."""
    head = received.partition(b"\r\n\r\n")[0]
    lines = head.count(b"\n")
    if len(head) > MAX_HEAD_BYTES or lines > MAX_FIELDS:
        raise h11.RemoteProtocolError("The head is too large.", error_status_hint=431)
    if lines != head.count(b"\r\n"):
        raise h11.RemoteProtocolError("A line ends with a bare line feed.")
    if b"\r\n " in head or b"\r\n\t" in head:
        raise h11.RemoteProtocolError("A header field is folded.")


def _check_framing(request: h11.Request) -> None:
    framing = [name for name, _ in request.headers if name in _FRAMING]
    if len(framing) > 1:
        raise h11.RemoteProtocolError("The length of the body is said in two ways.")
    if b"transfer-encoding" in framing and request.http_version < b"1.1":
        raise h11.RemoteProtocolError("HTTP/1.0 knows no chunks.")

"""Unread bodies: what becomes of the rest of a body when its request is answered before its end."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_SECONDS_FOR_SMALL_ONES = 0.5
_SMALL_BYTES = 65_536
"""A small body mostly came together with the head. It is read, so that the connection can be kept."""

_SECONDS_TO_LINGER = 5.0
_BYTES_TO_LINGER = 64 << 20
"""How long, and how much of, the rest is read and thrown away after the answer: a client that is still sending when
the connection closes may lose the answer. nginx's `lingering_timeout` is as long, and no body that is taken as large.
"""


class UnreadBodies:
    """Closes the connection of a request that was answered before its body was read, so that nobody sends for ever."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and _has_body(headers := Headers(scope=scope)):
            exchange = _Exchange(receive, send, is_invited="expect" not in headers)
            await self._app(scope, exchange.receive, exchange.send)
        else:
            await self._app(scope, receive, send)


class _Exchange:
    """A request with a body, and its answer. Until it `is_invited` (`100 Continue`) the client may send none."""

    def __init__(self, receive: Receive, send: Send, is_invited: bool) -> None:
        self._receive, self._send = receive, send
        self._is_invited = is_invited
        self._is_read = False
        self._lingers = False

    async def receive(self) -> Message:
        self._is_invited = True
        message = await self._receive()
        self._is_read = self._is_read or not message.get("more_body", False)
        return message

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start" and not self._is_read:
            await self._read_on(_SECONDS_FOR_SMALL_ONES, _SMALL_BYTES)
            if not self._is_read:
                self._lingers = True
                MutableHeaders(scope=message)["Connection"] = "close"
        if self._lingers and message["type"] == "http.response.body" and not message.get("more_body", False):
            await self._send({**message, "more_body": True})
            await self._read_on(_SECONDS_TO_LINGER, _BYTES_TO_LINGER)
            message = {"type": "http.response.body", "body": b""}
        await self._send(message)

    async def _read_on(self, seconds: float, most_bytes: int) -> None:
        """Read and throw away, up to the body's end, for as long as that."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while self._is_invited and not self._is_read and most_bytes >= 0:
                    most_bytes -= len((await self.receive()).get("body", b""))


def _has_body(headers: Headers) -> bool:
    return headers.get("content-length", "0") != "0" or "transfer-encoding" in headers

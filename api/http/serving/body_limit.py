"""Limits of a request's body: its size, the values of its JSON, and the pace at which it comes."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from types import MappingProxyType

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.http.refused import Refused
from api.http.serving.json_values import ValueCount
from api.problems import BODY_TOO_LARGE, BODY_TOO_SLOW, TOO_MANY_VALUES

_SECONDS_TO_GO_ON = 30.0
"""Most seconds that a body may be waited for: in one pause, and in all beyond what its bytes have earned."""

_BYTES_PER_SECOND = 10_000
"""Slowest pace in the long run: each of these bytes earns a second more, as with Apache's `RequestReadTimeout`."""

MOST_VALUES = 10_000
"""Most values of a JSON body, unless a path has a limit of its own. A conversation of a thousand messages has seven
thousand; ten thousand unknown fields take 10 ms to refuse."""

_NOWHERE: Mapping[str, int] = MappingProxyType({})


class BodyLimit:
    """Refuses a body that is too large, has too many values, or comes too slowly, as soon as that is known.

    A declared size is met before the body is read. The refusal is raised where the body is read.
    """

    def __init__(
        self,
        app: ASGIApp,
        most_bytes: int,
        most_bytes_at: Mapping[str, int] = _NOWHERE,
        most_values_at: Mapping[str, int] = _NOWHERE,
    ) -> None:
        """Let at most `most_bytes` and `MOST_VALUES` through, or the limits that there are for the path."""
        self._app = app
        self._most_bytes = most_bytes
        self._most_bytes_at, self._most_values_at = most_bytes_at, most_values_at

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        path = scope["path"]
        body = _Body(
            Headers(scope=scope),
            receive,
            self._most_bytes_at.get(path, self._most_bytes),
            self._most_values_at.get(path, MOST_VALUES),
        )
        await self._app(scope, body.receive, send)


class _Body:
    """The body of one request, as it is read."""

    def __init__(self, headers: Headers, receive: Receive, most_bytes: int, most_values: int) -> None:
        self._receive = receive
        self._declared_bytes = _declared_bytes(headers)
        self._bytes_left = most_bytes
        self._most_values = most_values
        self._values = ValueCount() if "json" in headers.get("content-type", "").casefold() else None
        self._seconds_left = _SECONDS_TO_GO_ON
        self._is_whole = False

    async def receive(self) -> Message:
        """Return what comes next. Raise `Refused` when it is too much, or does not come; after the body it may take
        its time."""
        if self._is_whole:
            return await self._receive()
        if self._declared_bytes > self._bytes_left:
            raise Refused(BODY_TOO_LARGE)
        message = await self._receive_in_time()
        self._check(message.get("body", b""))
        self._is_whole = not message.get("more_body", False)
        return message

    async def _receive_in_time(self) -> Message:
        loop = asyncio.get_running_loop()
        started = loop.time()
        try:
            async with asyncio.timeout(self._seconds_left):
                return await self._receive()
        except TimeoutError:
            raise Refused(BODY_TOO_SLOW) from None
        finally:
            self._seconds_left -= loop.time() - started

    def _check(self, part: bytes) -> None:
        self._seconds_left = min(_SECONDS_TO_GO_ON, self._seconds_left + len(part) / _BYTES_PER_SECOND)
        self._bytes_left -= len(part)
        self._declared_bytes -= len(part)
        if self._bytes_left < 0:
            raise Refused(BODY_TOO_LARGE)
        if self._values is not None and self._values.add(part) > self._most_values:
            raise Refused(TOO_MANY_VALUES)


def _declared_bytes(headers: Headers) -> int:
    declared = headers.get("content-length", "0")
    # The server refuses what is no number. Eighteen digits are more than any limit, and quick to convert.
    return int(declared[:18]) if declared.isascii() and declared.isdigit() else 0

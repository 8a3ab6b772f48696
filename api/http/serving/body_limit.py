"""Limits of a request's body: its size, and how long it is waited for."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from types import MappingProxyType

from starlette.datastructures import Headers
from starlette.middleware.body_limit import RequestBodyLimitMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.http.error_handlers import problem_response
from api.http.refused import Refused
from api.problems import BODY_TOO_LARGE, BODY_TOO_SLOW

_SECONDS_TO_GO_ON = 30.0
"""Longest pause within a body. Who pauses longer has gone, or holds the connection on purpose."""

_NOWHERE: Mapping[str, int] = MappingProxyType({})


class BodyLimit:
    """Answers 413 to a body larger than `most_bytes`, before reading it when its length is declared.

    It answers 408 to one that stops before its end.

    Starlette's own limit does the counting of bodies that come in chunks. It answers declared ones in plain
    text, past our error handlers, so those are met here.
    """

    def __init__(self, app: ASGIApp, most_bytes: int, at: Mapping[str, int] = _NOWHERE) -> None:
        """Let at most `most_bytes` through, or the limit that `at` has for the path."""
        self._app = app
        self._most_bytes = most_bytes
        self._at = at

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        most_bytes = self._at.get(scope.get("path", ""), self._most_bytes)
        if scope["type"] == "http" and _declared_bytes(scope) > most_bytes:
            await problem_response(scope, BODY_TOO_LARGE)(scope, receive, send)
            return
        patience = _Patience(scope, receive, send)
        await RequestBodyLimitMiddleware(self._app, max_body_size=most_bytes)(scope, patience.receive, patience.send)


class _Patience:
    """The end of a request that stops in the middle of its body: whatever the service makes of that, 408 leaves."""

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._scope, self._receive, self._send = scope, receive, send
        self._is_whole = scope["type"] != "http"
        self._has_begun = self._has_ended = False

    async def receive(self) -> Message:
        """Raise `Refused` when the next part of the body does not come; what comes after it may take its time."""
        try:
            async with asyncio.timeout(None if self._is_whole else _SECONDS_TO_GO_ON):
                message = await self._receive()
        except TimeoutError:
            if not self._has_begun:
                self._has_ended = True
                refusal = problem_response(self._scope, BODY_TOO_SLOW, headers={"Connection": "close"})
                await refusal(self._scope, self._receive, self._send)
            raise Refused(BODY_TOO_SLOW) from None
        self._is_whole = self._is_whole or not message.get("more_body", False)
        return message

    async def send(self, message: Message) -> None:
        if not self._has_ended:
            self._has_begun = True
            await self._send(message)


def _declared_bytes(scope: Scope) -> int:
    declared = Headers(scope=scope).get("content-length", "0")
    # The server refuses what is no number. Eighteen digits are more than any limit, and quick to convert.
    return int(declared[:18]) if declared.isascii() and declared.isdigit() else 0

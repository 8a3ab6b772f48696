"""Bounds what is read of a request."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from starlette.datastructures import Headers
from starlette.middleware.body_limit import RequestBodyLimitMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

from api.errors import BODY_TOO_LARGE
from api.http.errors import problem_response

_NOWHERE: Mapping[str, int] = MappingProxyType({})


class BodyLimit:
    """Answers 413 to a body larger than `most_bytes`, before reading it when its length is declared.

    Starlette's own limit does the counting of bodies that come in chunks. It answers declared ones in plain
    text, past our error handlers, so those are met here.
    """

    def __init__(self, app: ASGIApp, most_bytes: int, at: Mapping[str, int] = _NOWHERE) -> None:
        """`at` has other limits, by path."""
        self._app = app
        self._most_bytes = most_bytes
        self._at = at

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        most_bytes = self._at.get(scope.get("path", ""), self._most_bytes)
        if scope["type"] == "http" and _declared_bytes(scope) > most_bytes:
            await problem_response(scope, BODY_TOO_LARGE)(scope, receive, send)
            return
        await RequestBodyLimitMiddleware(self._app, max_body_size=most_bytes)(scope, receive, send)


def _declared_bytes(scope: Scope) -> int:
    declared = Headers(scope=scope).get("content-length", "0")
    # The server refuses what is no number. Eighteen digits are more than any limit, and quick to convert.
    return int(declared[:18]) if declared.isascii() and declared.isdigit() else 0

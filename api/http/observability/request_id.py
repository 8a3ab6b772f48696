"""Request ids: every request has one, which its response and the log carry."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.wire.body import new_id

HEADER = "X-Request-ID"
_KEY = "request_id"


class RequestIds:
    """Gives each request a fresh id: one that the client sent would be an echo, and could repeat."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        scope.setdefault("state", {}).update(new_request_state())
        request_id = request_id_of(scope)

        async def send_with_id(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)[HEADER] = request_id
            await send(message)

        await self._app(scope, receive, send_with_id)


def new_request_state() -> dict[str, Any]:
    """Return the state of a request that has nothing but a fresh id."""
    return {_KEY: new_id("req")}


def request_id_of(scope: Mapping[str, Any]) -> str:
    """Return the id that `RequestIds` gave to this request."""
    return str(scope["state"][_KEY])

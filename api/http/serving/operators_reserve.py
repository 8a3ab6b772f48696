"""Operators' reserve: what is answered when all connections are busy, so that an operator can see it."""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.http.error_handlers import problem_response
from api.http.serving.guarded_protocol import IN_RESERVE
from api.problems import TOO_MANY_CONNECTIONS

_ROUTES = ("/healthz", "/readyz", "/metrics")


class OperatorsReserve:
    """On a connection beyond the most, answers 503 to all but the operator's routes. It is closed in any case."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["state"].get(IN_RESERVE):
            await self._app(scope, receive, send)
            return

        async def send_and_close(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)["Connection"] = "close"
            await send(message)

        app = self._app if scope["path"] in _ROUTES else problem_response(scope, TOO_MANY_CONNECTIONS)
        await app(scope, receive, send_and_close)

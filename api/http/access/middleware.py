"""Access middleware: every request passes it before anything of its body is read."""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Send
from starlette.types import Scope as AsgiScope

from api.http.access.policy import AccessPolicy
from api.http.access.route_rules import takes_get
from api.http.error_handlers import problem_response
from api.http.refused import Refused
from api.problems import problem_of
from corpus.errors import CorpusError

_PREFLIGHT_MARK = "access-control-request-method"

_TO_PREFLIGHTS = {
    "Access-Control-Allow-Methods": "GET, POST",
    "Access-Control-Allow-Headers": "Authorization, Content-Type",
    "Access-Control-Max-Age": "600",
}
_READABLE_HEADERS = "X-Request-ID, Retry-After"


class AccessMiddleware:
    """Hands on what the policy admits. Pages of allowed origins can read every response, errors too; others none."""

    def __init__(self, app: ASGIApp, policy: AccessPolicy) -> None:
        self._app = app
        self._policy = policy

    async def __call__(self, scope: AsgiScope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        elif scope["type"] == "http":
            await self._handle(scope, receive, send)

    async def _handle(self, scope: AsgiScope, receive: Receive, send: Send) -> None:
        if scope["method"] == "HEAD" and takes_get(scope["path"]):
            # Who answers GET answers this too; the server, which keeps its own scope, leaves out the body.
            scope = {**scope, "method": "GET"}
        headers = Headers(scope=scope)
        origin = self._policy.allowed_origin(headers)

        async def send_to_page(message: Message) -> None:
            if message["type"] == "http.response.start":
                _allow_reading(message, origin)
            await send(message)

        try:
            if scope["method"] == "OPTIONS" and _PREFLIGHT_MARK in headers and self._policy.has_keys:
                self._policy.allow_preflight(scope, origin)
                await Response(status_code=204, headers=_TO_PREFLIGHTS)(scope, receive, send_to_page)
                return
            scope["state"]["caller"] = await self._policy.admit(scope, headers)
        except Refused as refused:
            await problem_response(scope, refused.problem, headers=refused.headers)(scope, receive, send_to_page)
        except CorpusError as error:
            await problem_response(scope, problem_of(error))(scope, receive, send_to_page)
        else:
            await self._app(scope, receive, send_to_page)


def _allow_reading(message: MutableMapping[str, Any], origin: str | None) -> None:
    headers = MutableHeaders(scope=message)
    headers.add_vary_header("Origin")
    if origin is not None:
        headers["Access-Control-Allow-Origin"] = origin
        headers["Access-Control-Expose-Headers"] = _READABLE_HEADERS

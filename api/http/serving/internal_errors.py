"""Internal errors: an unexpected one becomes an answer here, where CORS and security headers still reach it."""

from __future__ import annotations

import logging

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.http.error_handlers import problem_response
from api.http.observability.request_id import request_id_of
from api.problems import INTERNAL_ERROR

_log = logging.getLogger(__name__)


class InternalErrors:
    """Answers 500 inside the other middlewares. Starlette would outside of them, and a page see a network error."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        has_started = False

        async def send_noting_start(message: Message) -> None:
            nonlocal has_started
            has_started = True
            await send(message)

        try:
            await self._app(scope, receive, send_noting_start)
        except Exception:
            if scope["type"] != "http" or has_started:
                raise  # the server breaks the connection off, which tells that the rest is missing
            _log.exception("%s: unexpected error", request_id_of(scope))
            await problem_response(scope, INTERNAL_ERROR)(scope, receive, send)

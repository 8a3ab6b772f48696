"""The route of the Model Context Protocol (`api/http/model_context.py`)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import anyio
from starlette.requests import Request
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.http.serving.disconnects import while_connected

Open = Callable[[], AbstractAsyncContextManager[ASGIApp]]
"""Opens what answers requests; may take half a second."""


class ModelContext:
    """Opens with the first request: its SDK is a third of all that the service imports, and most never use it."""

    def __init__(self, open_: Open) -> None:
        self._open = open_
        self._wanted, self._opened = anyio.Event(), anyio.Event()
        self._app: ASGIApp | None = None

    def route(self) -> Route:
        """Return the route `/mcp`, which answers while this is `running`."""
        return Route("/mcp", _WhileConnected(self._handle), methods=["POST"])

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(self._answer)
            yield
            tasks.cancel_scope.cancel()

    async def _answer(self) -> None:
        await self._wanted.wait()
        async with self._open() as self._app:
            self._opened.set()
            await anyio.sleep_forever()

    async def _handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._wanted.set()
        await self._opened.wait()
        assert self._app is not None, "opened"
        await self._app(scope, receive, send)


class _WhileConnected:
    """Hands on a request once its body is there, and cancels it when the client leaves, which the SDK does not see."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        answered = False

        async def receive_until_answered() -> Message:
            message = await receive()
            return await _nothing() if answered else message

        async def send_noting_end(message: Message) -> None:
            nonlocal answered
            answered = answered or (message["type"] == "http.response.body" and not message.get("more_body", False))
            await send(message)

        request = Request(scope, receive_until_answered)
        whole = _whole_body(await request.body())
        await while_connected(request, self._app(scope, whole, send_noting_end))


def _whole_body(body: bytes) -> Receive:
    """Return what receives this body, and nothing after it."""
    messages = iter([{"type": "http.request", "body": body, "more_body": False}])

    async def receive() -> Message:
        return next(messages, None) or await _nothing()

    return receive


async def _nothing() -> Message:
    """Wait until cancelled."""
    return await asyncio.get_running_loop().create_future()  # type: ignore[no-any-return]  # nor anything else

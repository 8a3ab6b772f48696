"""Makes the HTTP service."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from typing import Any

from fastapi import FastAPI
from starlette.types import Lifespan

from api.http import chat
from api.http.access import LocalOnly
from api.http.body_limit import BodyLimit
from api.http.errors import ProblemBody, install_error_handlers
from api.http.model_context import http_routes, model_context_server, serving_tools
from api.http.request_id import RequestIds
from api.http.routes import router
from api.http.turns import Turns
from assistant.ask import Assistant
from assistant.settings import Settings


class Service(FastAPI):
    """FastAPI that describes its errors as what they are, `application/problem+json`."""

    def openapi(self) -> dict[str, Any]:
        if self.openapi_schema is None:
            for operation in _operations(super().openapi()):
                content = operation["responses"]["default"]["content"]
                if content["application/json"]["schema"]["$ref"].endswith(f"/{ProblemBody.__name__}"):
                    content["application/problem+json"] = content.pop("application/json")
        return super().openapi()


def _operations(document: dict[str, Any]) -> list[dict[str, Any]]:
    return [operation for path in document["paths"].values() for operation in path.values()]


def describe_service(lifespan: Lifespan[Any] | None = None) -> Service:
    """Routes and shapes without an assistant behind them: enough for the OpenAPI document."""
    app = Service(
        title="Cited assistant",
        summary="Questions answered from your articles; every sentence carries a citation that was checked.",
        version="1",
        # Their pages load scripts from elsewhere, and this works offline.
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=lifespan,
    )
    app.include_router(router)
    app.include_router(chat.router)
    return app


def create_app(assistant: Assistant, settings: Settings) -> Service:
    """The service over an open assistant, which stays the caller's to close."""
    turns = Turns(settings.load)
    tools = model_context_server(lambda _: assistant, turns)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        with closing(turns):
            async with serving_tools(tools):
                yield

    app = describe_service(lifespan)
    app.state.assistant = assistant
    app.state.turns = turns
    app.router.routes.extend(http_routes(tools))
    install_error_handlers(app)
    # The last one added sees a request first: an id comes before anything can be refused.
    app.add_middleware(BodyLimit, most_bytes=settings.serving.max_body_bytes)
    if not settings.serving.allow_anyone_to_ask:
        app.add_middleware(LocalOnly)
    app.add_middleware(RequestIds)
    return app

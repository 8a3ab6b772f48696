"""Makes the HTTP service."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI

from api.http import articles
from api.http.access import LocalOnly
from api.http.body_limit import BodyLimit
from api.http.errors import install_error_handlers
from api.http.request_id import RequestIds
from api.http.routes import router
from assistant.ask import Assistant
from assistant.settings import Settings


class Service(FastAPI):
    """FastAPI that describes its errors as what they are, `application/problem+json`."""

    def openapi(self) -> dict[str, Any]:
        if self.openapi_schema is None:
            for operation in _operations(super().openapi()):
                content = operation["responses"]["default"]["content"]
                content["application/problem+json"] = content.pop("application/json")
        return super().openapi()


def _operations(document: dict[str, Any]) -> list[dict[str, Any]]:
    return [operation for path in document["paths"].values() for operation in path.values()]


def describe_service() -> Service:
    """Routes and shapes without an assistant behind them: enough for the OpenAPI document."""
    app = Service(
        title="Cited assistant",
        summary="Questions answered from your articles; every sentence carries a citation that was checked.",
        version="1",
        # Their pages load scripts from elsewhere, and this works offline.
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    app.include_router(router)
    app.include_router(articles.router)
    return app


def create_app(assistant: Assistant, settings: Settings) -> Service:
    """The service over an open assistant, which stays the caller's to close."""
    app = describe_service()
    app.state.assistant = assistant
    app.state.ingesting = settings.ingesting
    install_error_handlers(app)
    # The last one added sees a request first: an id comes before anything can be refused.
    larger = {articles.PATH: settings.ingesting.max_body_bytes}
    app.add_middleware(BodyLimit, most_bytes=settings.serving.max_body_bytes, at=larger)
    if not settings.serving.allow_anyone_to_ask:
        app.add_middleware(LocalOnly)
    app.add_middleware(RequestIds)
    return app

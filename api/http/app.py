"""Makes the HTTP service."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI

from api.http import feedback, metrics_route, routes
from api.http.body_limit import BodyLimit
from api.http.desk import Desk
from api.http.errors import install_error_handlers
from api.http.gate import Gate
from api.http.index_gauges import index_gauges
from api.http.key_book import KeyBook
from api.http.link_tokens import LinkTokens
from api.http.metrics import Metrics
from api.http.observer import Observed, Observer
from api.http.rates import Rates
from api.http.request_id import RequestIds
from api.http.security_headers import SecurityHeaders
from api.http.shared_counts import SharedCounts
from api.http.unexpected import Unexpected
from assistant.ask import Assistant
from assistant.settings import Settings
from corpus.catalog.service import ServiceRecords

_PATIENCE_SECONDS = 5.0
"""How long feedback waits while an ingest or purge holds the catalog, before its sender is told to come again."""

_SHORT_PATIENCE_SECONDS = 0.1
"""The same for counts, which are kept in memory until the next time; the keys are read in between."""


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
    for topic in (routes, feedback, metrics_route):
        app.include_router(topic.router)
    return app


def create_app(assistant: Assistant, settings: Settings) -> Service:
    """The service over an open assistant, which stays the caller's to close.

    Raises `CorpusError` when keys and feedback cannot be kept in the data folder.
    """
    app = describe_service()
    counts = SharedCounts(settings.data)
    metrics = Metrics(counts)
    records = ServiceRecords.open(settings.data, _PATIENCE_SECONDS)
    app.state.assistant = assistant
    app.state.records = records
    app.state.metrics = metrics
    lifetime = settings.access.link_hours * 3600
    app.state.links = LinkTokens(records.link_secret(), lifetime, settings.access.public_base_url)
    app.state.observer = observer = Observer(metrics, settings.access.log_requests, settings.access.log_questions)
    metrics.add_gauges(lambda: index_gauges(assistant.catalog))
    keys = KeyBook(ServiceRecords.open(settings.data, _SHORT_PATIENCE_SECONDS))
    desk = Desk(keys, Rates(counts), settings.access, settings.serving.allow_anyone_to_ask)
    install_error_handlers(app)
    # The last one added sees a request first: an id comes before anything can be refused.
    app.add_middleware(BodyLimit, most_bytes=settings.serving.max_body_bytes)
    app.add_middleware(Unexpected)
    app.add_middleware(Gate, desk=desk, tick=metrics.write)
    app.add_middleware(SecurityHeaders)
    app.add_middleware(Observed, observer=observer)
    app.add_middleware(RequestIds)
    return app

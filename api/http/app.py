"""The HTTP service, put together: routes, shared state, and the middlewares around them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, closing
from functools import partial
from typing import Any

from anyio import CapacityLimiter, to_thread
from fastapi import FastAPI, Request
from starlette.types import ASGIApp, Lifespan

from api.http.access.caller import assistant_for
from api.http.access.key_cache import KeyCache
from api.http.access.link_secrets import LinkSecretCache
from api.http.access.link_tokens import LinkTokens
from api.http.access.middleware import AccessMiddleware
from api.http.access.policy import AccessPolicy
from api.http.access.rate_limits import RateLimits
from api.http.access.refresher import Refresher
from api.http.access.route_rules import KeylessAccess, rule_for
from api.http.error_handlers import ProblemBody, install_error_handlers
from api.http.observability.asked_questions import AskedQuestions
from api.http.observability.index_gauges import UnfindableCount, index_gauges, source_gauges, storage_gauges
from api.http.observability.metrics import REMEMBERED, SHED, Metrics
from api.http.observability.observer import Observer, ObserveRequests
from api.http.observability.request_id import RequestIds
from api.http.observability.traces import open_traces
from api.http.routes import (
    articles,
    ask,
    chat_completions,
    embeddings,
    feedback,
    health,
    library,
    links,
    metrics,
    pages,
    questions,
    reference,
    responses,
    search,
    sources,
    verify,
    watches,
)
from api.http.routes.mcp import ModelContext
from api.http.serving.admission import AdmissionQueue, load_gauges
from api.http.serving.body_limit import BodyLimit
from api.http.serving.internal_errors import InternalErrors
from api.http.serving.operators_reserve import OperatorsReserve
from api.http.serving.readiness import Readiness
from api.http.serving.security_headers import SecurityHeaders
from api.http.serving.unread_bodies import UnreadBodies
from api.http.shared_counts import SharedCounts, shared_counts
from assistant.ask import Assistant
from assistant.settings import Settings
from corpus.store import open_request_counts, open_service_store
from corpus.web.sender import Sender

_PATIENCE_SECONDS = 5.0
"""Longest wait of feedback while an ingest or purge holds the store, before its sender is told to come again."""

_SHORT_PATIENCE_SECONDS = 0.1
"""Longest wait of counts, which are kept in memory until the next time; the keys are read in between."""


_KEY = {"type": "http", "scheme": "bearer", "description": "A key, as `assistant keys create` makes them."}


class Service(FastAPI):
    """FastAPI that describes its errors as what they are, `application/problem+json`, and who needs a key."""

    def openapi(self) -> dict[str, Any]:
        if self.openapi_schema is None:
            document = super().openapi()
            document["components"]["securitySchemes"] = {"key": _KEY}
            for method, path, operation in _operations(document):
                operation["security"] = _security(method, path)
                content = operation["responses"]["default"]["content"]
                (media_type,) = content
                if content[media_type]["schema"]["$ref"].endswith(f"/{ProblemBody.__name__}"):
                    content["application/problem+json"] = content.pop(media_type)
        return super().openapi()


def _operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            yield method.upper(), path, operation


def _security(method: str, path: str) -> list[dict[str, list[str]]]:
    """Return what OpenAPI says of a route: nothing is needed, or a key, once there is one."""
    rule = rule_for(method, path)
    assert rule is not None, "a route without a rule exists for nobody"
    if rule.without_key is KeylessAccess.EVERYONE:
        return []
    return [{"key": []}] if rule.without_key is KeylessAccess.NONE else [{}, {"key": []}]


def describe_service(lifespan: Lifespan[Any] | None = None) -> Service:
    """Return routes and bodies without an assistant behind them: enough for the OpenAPI document."""
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
    topics = (
        ask,
        search,
        verify,
        library,
        health,
        chat_completions,
        responses,
        embeddings,
        articles,
        sources,
        watches,
        feedback,
        questions,
        links,
        metrics,
        pages,
    )
    for topic in (*topics, reference):
        app.include_router(topic.router)
    return app


def create_app(assistant: Assistant, settings: Settings) -> Service:
    """Return the service over an open assistant, which stays the caller's to close.

    Raise `CorpusError` when keys and feedback cannot be kept in the data folder.
    """
    admission = AdmissionQueue(settings.load)
    counts = shared_counts(settings.data)
    counters = _counters(counts, assistant, admission)
    counters.add_gauges(lambda: storage_gauges(settings.data))
    counters.add_gauges(lambda: source_gauges(assistant.store, settings.sources.refresh_hours))
    service_store = open_service_store(settings.data_folder, _PATIENCE_SECONDS)
    keys = KeyCache(open_service_store(settings.data_folder, _SHORT_PATIENCE_SECONDS))
    link_secret = LinkSecretCache(service_store)
    rate_limits = RateLimits(open_request_counts(settings.data_folder) or counts)
    policy = AccessPolicy(keys, rate_limits, settings.access, settings.serving.allow_anyone_to_ask)
    asked = AskedQuestions(service_store.asked, settings.questions.keep_days)
    refresher = Refresher(
        {
            "The keys cannot be kept up to date": keys.refresh,
            "The secret of links cannot be kept up to date": link_secret.refresh,
            "What happens cannot be counted": counters.write,
            "What readers ask cannot be kept as it should be": asked.write,
        }
    )
    traces = open_traces(settings.traces.endpoint)
    readiness = Readiness(assistant, follows_others=settings.data_folder.is_shared)
    model_context = ModelContext(partial(_open_tools, admission))

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        with closing(policy), refresher.running(), readiness.running(), closing(admission):
            async with model_context.running():
                yield
            if traces:
                await to_thread.run_sync(traces.close)

    app = describe_service(lifespan)
    app.router.routes.append(model_context.route())
    app.state.assistant = assistant
    app.state.admission = admission
    app.state.service_store = service_store
    app.state.metrics = counters
    access = settings.access
    app.state.observer = Observer(counters, access.log_requests, access.log_questions, asked.note, traces)
    app.state.keep_days = settings.questions.keep_days
    app.state.links = LinkTokens(link_secret, settings.access.link_hours * 3600)
    app.state.public_base_url = settings.access.public_base_url
    app.state.ingesting = settings.ingesting
    app.state.link_secret = link_secret
    app.state.sender = Sender(settings.watching.webhook_hosts)
    app.state.refresh_hours = settings.sources.refresh_hours
    app.state.accepting = CapacityLimiter(articles.ACCEPTED_AT_ONCE)
    app.state.measuring = CapacityLimiter(metrics.ASKED_AT_ONCE)
    app.state.readiness = readiness
    install_error_handlers(app)
    _add_middlewares(app, policy, settings)
    return app


def _counters(counts: SharedCounts, assistant: Assistant, admission: AdmissionQueue) -> Metrics:
    """Return the service's metrics, with all that is looked up when they are asked for."""
    counters = Metrics(counts)
    count_unfindable = UnfindableCount()
    counters.add_gauges(
        lambda: index_gauges(assistant.store, assistant.index_age_seconds(), count_unfindable(assistant.store))
    )
    counters.watch_total(REMEMBERED, lambda: assistant.remembered_questions()[0], "remembered")
    counters.watch_total(REMEMBERED, lambda: assistant.remembered_questions()[1], "made")
    counters.watch_total(SHED, lambda: admission.shed_on_arrival, "on_arrival")
    counters.watch_total(SHED, lambda: admission.shed_after_waiting, "after_waiting")
    counters.add_levels(lambda: load_gauges(admission))
    return counters


def _add_middlewares(app: Service, policy: AccessPolicy, settings: Settings) -> None:
    """Put the middlewares around the routes. The last one sees a request first: an id before any refusal."""
    app.add_middleware(
        BodyLimit,
        most_bytes=settings.serving.max_body_bytes,
        most_bytes_at={articles.PATH: settings.ingesting.max_body_bytes},
        most_values_at={articles.PATH: articles.most_values(settings.ingesting)},
    )
    app.add_middleware(InternalErrors)
    app.add_middleware(AccessMiddleware, policy=policy)
    app.add_middleware(OperatorsReserve)
    app.add_middleware(SecurityHeaders)
    app.add_middleware(ObserveRequests, observer=app.state.observer)
    app.add_middleware(RequestIds)
    app.add_middleware(UnreadBodies)


@asynccontextmanager
async def _open_tools(admission: AdmissionQueue) -> AsyncIterator[ASGIApp]:
    def load() -> AbstractAsyncContextManager[ASGIApp]:
        from api.http.model_context import model_context_server, serving_tools

        return serving_tools(model_context_server(_assistant_of_sender, admission))

    async with await to_thread.run_sync(load) as tools:
        yield tools


def _assistant_of_sender(request: Request | None) -> Assistant:
    assert request is not None, "over HTTP there always is one"
    return assistant_for(request)

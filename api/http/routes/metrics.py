"""`GET /metrics`, for Prometheus."""

from __future__ import annotations

from typing import Any

from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter, Request
from starlette.responses import PlainTextResponse, Response

from api.http.error_handlers import ProblemBody
from api.http.observability.metrics import Metrics

router = APIRouter(responses={"default": {"model": ProblemBody, "description": "What went wrong."}})

ASKED_AT_ONCE = 2
"""Threads that nothing else uses: slow routes must not keep the numbers from who wants to know what is slow."""

_PAGE: dict[str, Any] = {"description": "The metrics.", "content": {"text/plain": {"schema": {"type": "string"}}}}


@router.get("/metrics", response_class=PlainTextResponse, responses={200: _PAGE})
async def show_metrics(request: Request) -> Response:
    """Return counts, times and levels in the format of Prometheus."""
    metrics: Metrics = request.app.state.metrics
    limiter: CapacityLimiter = request.app.state.measuring
    page = await to_thread.run_sync(metrics.exposition, limiter=limiter)
    return Response(page, headers={"Content-Type": metrics.media_type})

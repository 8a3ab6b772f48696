"""`GET /metrics`, for Prometheus."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import PlainTextResponse, Response

from api.http.error_handlers import ProblemBody
from api.http.observability.metrics import Metrics

router = APIRouter(responses={"default": {"model": ProblemBody, "description": "What went wrong."}})

_PAGE: dict[str, Any] = {"description": "The metrics.", "content": {"text/plain": {"schema": {"type": "string"}}}}


@router.get("/metrics", response_class=PlainTextResponse, responses={200: _PAGE})
def show_metrics(request: Request) -> Response:
    """Return counts, times and levels in the format of Prometheus."""
    metrics: Metrics = request.app.state.metrics
    return Response(metrics.exposition(), headers={"Content-Type": metrics.media_type})

"""`GET /metrics`, for Prometheus."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from api.http.metrics import Metrics

router = APIRouter()


@router.get("/metrics", include_in_schema=False)
def show_metrics(request: Request) -> Response:
    metrics: Metrics = request.app.state.metrics
    return Response(metrics.exposition(), headers={"Content-Type": metrics.media_type})

"""`GET /healthz` and `GET /readyz`, for monitors of the service."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter, Request

from api.http.error_handlers import ProblemBody
from api.http.refused import Refused
from api.http.serving.readiness import Readiness
from api.problems import NOT_READY
from api.wire.body import Body

router = APIRouter(responses={"default": {"model": ProblemBody, "description": "What went wrong."}})


class HealthBody(Body):
    """That the service is alive, or ready."""

    status: Literal["alive", "ready"]


@router.get("/healthz")
async def is_alive() -> HealthBody:
    """Say that the process answers at all."""
    return HealthBody(status="alive")


@router.get("/readyz")
async def is_ready(request: Request) -> HealthBody:
    """Say whether the encoder is loaded and a test question finds something, if there is anything to find."""
    readiness: Readiness = request.app.state.readiness
    if not readiness.is_there():
        raise Refused(NOT_READY)
    return HealthBody(status="ready")

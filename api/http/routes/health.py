"""`GET /healthz` and `GET /readyz`, for monitors of the service."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from fastapi import APIRouter, Request

from api.http.error_handlers import ProblemBody
from api.http.refused import Refused
from api.http.serving.readiness import Readiness
from api.problems import CATCHING_UP, NOT_READY
from api.wire.body import Body

router = APIRouter(responses={"default": {"model": ProblemBody, "description": "What went wrong."}})


class HealthBody(Body):
    """That the service is alive, or ready."""

    status: Literal["alive", "ready"]


class ReadyBody(HealthBody):
    """That the service is ready; the newest stored change, and the one up to which its words are searched."""

    stored_change: int
    searched_change: int


@router.get("/healthz")
async def is_alive() -> HealthBody:
    """Say that the process answers at all."""
    return HealthBody(status="alive")


@router.get("/readyz")
async def is_ready(request: Request) -> ReadyBody:
    """Say whether the encoder is loaded and a test question finds something, if there is anything to find.

    A new replica is ready when it has caught up with what was stored before; how far it is behind is said either way.
    """
    readiness: Readiness = request.app.state.readiness
    progress = readiness.progress
    if not readiness.has_caught_up:
        raise Refused(replace(CATCHING_UP, meaning=f"{CATCHING_UP.meaning} It is {progress.behind} changes behind."))
    if not readiness.is_there():
        raise Refused(NOT_READY)
    return ReadyBody(status="ready", stored_change=progress.stored, searched_change=progress.searched)

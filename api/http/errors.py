"""Every error leaves as `application/problem+json` (RFC 9457) in one shape, and never echoes what came in."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from typing import Any, cast

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.responses import Response

from api.errors import (
    BAD_REQUEST,
    INTERNAL_ERROR,
    INVALID_REQUEST,
    MALFORMED_JSON,
    PROBLEMS,
    ROOM_ERRORS,
    Problem,
    problem_of,
)
from api.http.request_id import HEADER, request_id_of

_log = logging.getLogger(__name__)


class FieldError(BaseModel):
    """One wrong field: where it is (`filters.publisher`), a name for programs, a word for people."""

    field: str
    code: str
    detail: str


class ProblemBody(BaseModel):
    """RFC 9457. `code` is for programs; `instance` and `request_id` find the request in the log."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    instance: str
    code: str
    request_id: str
    errors: list[FieldError] = []


class Refused(HTTPException):
    """Raised by routes and checks: the request ends with this problem."""

    def __init__(self, problem: Problem, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(problem.status, problem.meaning, headers)
        self.problem = problem


def problem_response(
    scope: Mapping[str, Any],
    problem: Problem,
    errors: Iterable[FieldError] = (),
    headers: Mapping[str, str] | None = None,
) -> Response:
    """The one way in which an error leaves."""
    request_id = request_id_of(scope)
    scope["state"]["problem"] = problem.code  # for the log and the metrics
    body = ProblemBody(
        title=problem.code.replace("_", " ").capitalize(),
        status=problem.status,
        detail=problem.meaning,
        instance=f"urn:uuid:{request_id.removeprefix('req_')}",
        code=problem.code,
        request_id=request_id,
        errors=list(errors),
    )
    retry = {} if problem.retry_seconds is None else {"Retry-After": str(problem.retry_seconds)}
    return Response(
        body.model_dump_json(),
        problem.status,
        # The request id is set here too because an unhandled error leaves outside every middleware.
        headers={HEADER: request_id, **retry, **(headers or {})},
        media_type="application/problem+json",
    )


def install_error_handlers(app: FastAPI) -> None:
    """Replaces FastAPI's handlers: its 422 echoes the input, and fails on lone surrogates and 1e999."""
    app.add_exception_handler(RequestValidationError, _on_invalid_request)
    app.add_exception_handler(HTTPException, _on_http_exception)
    for root in ROOM_ERRORS:
        app.add_exception_handler(root, _on_room_error)
    app.add_exception_handler(Exception, _on_unexpected_error)


async def _on_invalid_request(request: Request, error: Exception) -> Response:
    faults = cast(RequestValidationError, error).errors()
    if any(fault["type"] == "json_invalid" for fault in faults):
        return problem_response(request.scope, MALFORMED_JSON)
    return problem_response(request.scope, INVALID_REQUEST, [_field_error(fault) for fault in faults])


async def _on_http_exception(request: Request, error: Exception) -> Response:
    error = cast(HTTPException, error)
    problem = error.problem if isinstance(error, Refused) else _problem_with_status(error.status_code)
    return problem_response(request.scope, problem, headers=error.headers)


async def _on_room_error(request: Request, error: Exception) -> Response:
    problem = problem_of(error)
    if problem.status >= 500:
        # The rooms' own sentence may name folders of this machine: it is for the log, not for whoever asks.
        _log.error("%s: %s", request_id_of(request.scope), error)
    return problem_response(request.scope, problem)


async def _on_unexpected_error(request: Request, _: Exception) -> Response:
    # What `Unexpected` did not meet: a fault of the gate itself. The server logs the traceback by itself.
    _log.error("%s: unexpected error", request_id_of(request.scope))
    return problem_response(request.scope, INTERNAL_ERROR)


def _problem_with_status(status: int) -> Problem:
    return next((problem for problem in PROBLEMS if problem.status == status), BAD_REQUEST)


def _field_error(fault: Mapping[str, Any]) -> FieldError:
    """A validation fault without the input: the name of an unknown field is input too."""
    origin, *place = fault["loc"]
    unknown = fault["type"] == "extra_forbidden"
    known_place = place[:-1] if unknown else place
    return FieldError(
        field=".".join(map(str, known_place)) or origin,
        code="unknown_field" if unknown else fault["type"],
        detail="There is a field here that is not known." if unknown else fault["msg"],
    )

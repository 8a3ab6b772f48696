"""Error handlers: every error leaves as `application/problem+json` (RFC 9457), and never echoes what came in."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import Response

from api.http.access.route_rules import methods_of
from api.http.observability.request_id import HEADER, request_id_of
from api.http.refused import Refused
from api.problems import (
    BAD_REQUEST,
    INTERNAL_ERROR,
    INVALID_REQUEST,
    MALFORMED_JSON,
    METHOD_NOT_ALLOWED,
    PROBLEMS,
    ROOM_ERRORS,
    UNSUPPORTED,
    Problem,
    problem_of,
)

_OPENAI_PATHS = ("/v1/chat/", "/v1/models", "/v1/completions", "/v1/responses", "/v1/embeddings")
"""OpenAI's clients read errors from its envelope alone, also where an address leads nowhere here."""
_OPENAI_TYPES = {401: "authentication_error", 403: "permission_error", 429: "rate_limit_error"}

_A_FIELD_IS_WRONG = "A field is missing, unknown or wrong."
"""There is no list of errors in OpenAI's envelope to point to."""

_log = logging.getLogger(__name__)

MOST_FAULTS = 20
"""Wrong fields that are told of one request: a thousand help nobody, and make a small request a large answer."""


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


class OpenAiError(BaseModel):
    """`param` is the wrong field, `code` ours, `type` the kind that OpenAI's clients know."""

    message: str
    type: str
    param: str | None
    code: str


class OpenAiErrorBody(BaseModel):
    """Clients of OpenAI's interface read errors from nowhere else."""

    error: OpenAiError


def problem_response(
    scope: Mapping[str, Any],
    problem: Problem,
    errors: Iterable[FieldError] = (),
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Return the response for `problem`: the one way in which an error leaves, unless a stream has begun."""
    errors = list(errors)
    scope["state"]["problem"] = problem.code  # for the log and the metrics
    retry = {} if problem.retry_seconds is None else {"Retry-After": str(problem.retry_seconds)}
    if scope["path"].startswith(_OPENAI_PATHS):
        body: BaseModel = openai_error_body(problem, errors)
        media_type = "application/json"
    else:
        body, media_type = problem_body(scope, problem, errors), "application/problem+json"
    return Response(
        body.model_dump_json(),
        problem.status,
        # The request id is set here too because an unhandled error leaves outside every middleware.
        headers={HEADER: request_id_of(scope), **retry, **(headers or {})},
        media_type=media_type,
    )


def openai_error_body(problem: Problem, errors: Sequence[FieldError] = ()) -> OpenAiErrorBody:
    """Return `problem` as OpenAI's clients read it; of wrong fields they are told the first."""
    wrong = "" if problem is UNSUPPORTED else f"{_A_FIELD_IS_WRONG} "
    message = f"{wrong}{errors[0].detail}." if errors else problem.meaning
    kind = _OPENAI_TYPES.get(problem.status, "invalid_request_error" if problem.status < 500 else "server_error")
    param = errors[0].field if errors else None
    return OpenAiErrorBody(error=OpenAiError(message=message, type=kind, param=param, code=problem.code))


def problem_body(scope: Mapping[str, Any], problem: Problem, errors: Iterable[FieldError] = ()) -> ProblemBody:
    """Return the body of `problem` for this request."""
    request_id = request_id_of(scope)
    return ProblemBody(
        title=problem.code.replace("_", " ").capitalize(),
        status=problem.status,
        detail=problem.meaning,
        instance=f"urn:uuid:{request_id.removeprefix('req_')}",
        code=problem.code,
        request_id=request_id,
        errors=list(errors),
    )


def problem_for(scope: Mapping[str, Any], error: Exception) -> Problem:
    """Return what to tell of any error that was raised while this request was served; log the rest."""
    if isinstance(error, Refused):
        return error.problem
    problem = problem_of(error)
    if problem is INTERNAL_ERROR:
        _log.error("%s: unexpected error", request_id_of(scope), exc_info=error)
    elif problem.status >= 500:
        # The rooms' own sentence may name folders of this machine: it is for the log, not for whoever asks.
        _log.error("%s: %s", request_id_of(scope), error)
    return problem


def install_error_handlers(app: FastAPI) -> None:
    """Replace FastAPI's handlers: its 422 echoes the input, and fails on lone surrogates and 1e999."""
    app.add_exception_handler(RequestValidationError, _on_invalid_request)
    app.add_exception_handler(HTTPException, _on_http_exception)
    app.add_exception_handler(ClientDisconnect, _on_client_left)
    for root in ROOM_ERRORS:
        app.add_exception_handler(root, _on_room_error)
    app.add_exception_handler(Exception, _on_unexpected_error)


async def _on_invalid_request(request: Request, error: Exception) -> Response:
    faults = cast(RequestValidationError, error).errors()
    if any(fault["type"] == "json_invalid" for fault in faults):
        return problem_response(request.scope, MALFORMED_JSON)
    if unsupported := [fault for fault in faults if fault["type"] == UNSUPPORTED.code]:
        return problem_response(request.scope, UNSUPPORTED, map(field_error, unsupported))
    return problem_response(request.scope, INVALID_REQUEST, map(field_error, faults[:MOST_FAULTS]))


async def _on_http_exception(request: Request, error: Exception) -> Response:
    error = cast(HTTPException, error)
    problem = error.problem if isinstance(error, Refused) else _problem_with_status(error.status_code)
    headers = dict(error.headers or {})
    if problem is METHOD_NOT_ALLOWED:
        # The router names the methods of the first route only, and a path may have several.
        headers["Allow"] = ", ".join(methods_of(request.url.path))
    return problem_response(request.scope, problem, headers=headers)


async def _on_room_error(request: Request, error: Exception) -> Response:
    return problem_response(request.scope, problem_for(request.scope, error))


async def _on_client_left(_: Request, __: Exception) -> Response:
    return Response(status_code=499)  # nobody reads it; nginx's number for this, in case something counts


async def _on_unexpected_error(request: Request, _: Exception) -> Response:
    # What `InternalErrors` did not meet: a fault of the middlewares around it. The server logs the traceback.
    _log.error("%s: unexpected error", request_id_of(request.scope))
    return problem_response(request.scope, INTERNAL_ERROR)


def _problem_with_status(status: int) -> Problem:
    return next((problem for problem in PROBLEMS if problem.status == status), BAD_REQUEST)


def field_error(fault: Mapping[str, Any]) -> FieldError:
    """Return a validation fault without the input; the name of an unknown field is input too."""
    origin, *place = fault["loc"]
    unknown = fault["type"] == "extra_forbidden"
    known_place = place[:-1] if unknown else place
    return FieldError(
        field=".".join(map(str, known_place)) or origin,
        code="unknown_field" if unknown else fault["type"],
        detail="There is a field here that is not known" if unknown else fault["msg"],
    )

"""Request ids: every request has one, which its response and the log carry; the log also those that came with it.

Those are a client's or proxy's `X-Request-ID`, and the trace id of a `traceparent` (W3C Trace Context).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.wire.body import new_id
from corpus.json_lines import logging_with

HEADER = "X-Request-ID"
_KEY = "request_id"
_CLIENTS_KEY = "client_request_id"
_TRACE_KEY = "trace_id"
_PARENT_KEY = "traceparent"

_CLIENTS_ID = re.compile(r"[!-~]{1,128}")
"""Printable, and no longer than a line can bear: it stands in the log as it came."""

_TRACEPARENT = re.compile(
    r"""
    (?P<version> (?!ff) [0-9a-f]{2} )
    - (?P<trace_id> (?!0{32}) [0-9a-f]{32} )
    - (?!0{16}) [0-9a-f]{16}                    # the caller's span
    - [0-9a-f]{2}                               # flags
    (?P<more> -.* )?                            # of versions to come
    """,
    re.VERBOSE,
)


class RequestIds:
    """Gives each request a fresh id: one that the client sent would be an echo, and could repeat."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        scope.setdefault("state", {}).update(new_request_state() | _ids_that_came(Headers(scope=scope)))
        request_id = request_id_of(scope)

        async def send_with_id(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)[HEADER] = request_id
            await send(message)

        with logging_with(ids_of(scope)):
            await self._app(scope, receive, send_with_id)


def new_request_state() -> dict[str, Any]:
    """Return the state of a request that has nothing but a fresh id."""
    return {_KEY: new_id("req")}


def request_id_of(scope: Mapping[str, Any]) -> str:
    """Return the id that `RequestIds` gave to this request."""
    return str(scope["state"][_KEY])


def ids_of(scope: Mapping[str, Any]) -> dict[str, object]:
    """Return the ids by which this request is known: ours, and those that came with it, if any."""
    state = scope["state"]
    return {name: state[name] for name in (_KEY, _CLIENTS_KEY, _TRACE_KEY) if name in state}


def traceparent_of(scope: Mapping[str, Any]) -> str | None:
    """Return the `traceparent` that came with this request, if it is well-formed."""
    parent: str | None = scope["state"].get(_PARENT_KEY)
    return parent


def _ids_that_came(headers: Headers) -> dict[str, str]:
    """Return those that are well-formed. A header that came more than once says nothing."""
    ids = {}
    sent = headers.getlist(HEADER)
    if len(sent) == 1 and _CLIENTS_ID.fullmatch(sent[0]):
        ids[_CLIENTS_KEY] = sent[0]
    parents = headers.getlist("traceparent")
    parent = _TRACEPARENT.fullmatch(parents[0]) if len(parents) == 1 else None
    if parent and not (parent["version"] == "00" and parent["more"]):
        ids[_TRACE_KEY] = parent["trace_id"]
        ids[_PARENT_KEY] = parents[0]
    return ids

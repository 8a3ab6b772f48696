"""Who is calling, and what they may see.

Without keys that are programs and pages of this machine. A server on loopback is still reached by any web page in
a browser on that machine (DNS rebinding gives the page a name that resolves to loopback, and forms are posted
without asking), and by the world when a proxy stands in front. The headers tell: so Host, Origin and the marks that
proxies leave are checked.

Routes need no word about keys: `api.http.access.middleware` has admitted whom `api.http.access.route_rules` lists
for them. What they ask for here is the assistant as its caller may see it (`Helper`), the caller (`TheCaller`), and
leave to show a reading page (`may_read`).
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any

from fastapi import Depends, Request
from starlette.datastructures import Headers

from api.errors import KEY_NEEDED, LINK_EXPIRED
from api.http.access.client_address import is_loopback
from api.http.errors import Refused
from assistant.ask import Assistant
from corpus.access import Scope
from corpus.article import ArticleFilter

_PROXY_MARKS = ("forwarded", "via", "x-real-ip", "true-client-ip", "cf-connecting-ip")
_PROXY_PREFIX = "x-forwarded-"


@dataclass(frozen=True, slots=True)
class Caller:
    """Who sent a request: what they may do, the articles they may see, and with which key, if any."""

    scopes: frozenset[Scope]
    bounds: ArticleFilter = field(default_factory=ArticleFilter)
    key_id: str | None = None


LOCAL = Caller(frozenset(Scope))
"""Programs and pages of this machine, as long as there are no keys."""
ANYONE = Caller(frozenset({Scope.ASK}))
"""Whoever comes, where the operator lets anyone ask."""
VISITOR = Caller(frozenset())
"""Without a key, at a route that is open without."""


def caller_of(scope: Mapping[str, Any]) -> Caller:
    """Return who sent the request of this ASGI scope."""
    caller: Caller = scope["state"]["caller"]
    return caller


def assistant_for(request: Request) -> Assistant:
    """The assistant, which sees only what the caller of this request may see. There is no other way to get at it."""
    state = request.app.state
    helper: Assistant = state.assistant
    return helper.for_caller(caller_of(request.scope).bounds, state.observer.watch(request.scope))


async def _caller(request: Request) -> Caller:
    return caller_of(request.scope)


def may_read(request: Request, article_id: str, v: str | None = None, t: str | None = None) -> None:
    """Leave for `/articles/{article_id}?v=<content_hash>&t=<token>`: a caller who may ask, or a link's token.

    Raises `Refused`.
    """
    if Scope.ASK in caller_of(request.scope).scopes:
        return
    if not (v and t):
        raise Refused(KEY_NEEDED, {"WWW-Authenticate": "Bearer"})
    if not request.app.state.links.verify(t, article_id, v, time.time()):
        raise Refused(LINK_EXPIRED)


def public_address(request: Request) -> str:
    """Where others reach the service, without a slash at the end."""
    return request.app.state.public_base_url or str(request.base_url).rstrip("/")


# On the event loop, so that a request that is refused waits for nobody's thread.
async def _helper(request: Request) -> Assistant:
    return assistant_for(request)


Helper = Annotated[Assistant, Depends(_helper)]
TheCaller = Annotated[Caller, Depends(_caller)]


def is_local(headers: Headers) -> bool:
    """Whether these headers are those of a program or page on this machine, talking to us directly."""
    hosts = headers.getlist("host")
    return (
        len(hosts) == 1
        and is_loopback(_host_name(hosts[0]))
        and all(origin == f"http://{hosts[0]}" for origin in headers.getlist("origin"))
        and not any(name in _PROXY_MARKS or name.startswith(_PROXY_PREFIX) for name in headers)
    )


def _host_name(authority: str) -> str:
    """`[::1]:8000` -> `::1`, `localhost` -> `localhost`; whatever is no authority stays no loopback name."""
    name, colon, _port = authority.rpartition(":")
    has_port = colon and not authority.endswith("]")
    return (name if has_port else authority).removeprefix("[").removesuffix("]")

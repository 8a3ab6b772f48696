"""Who may reach the service when no keys are configured: programs and pages of its own machine.

A server on loopback is still reached by any web page in a browser on that machine (DNS rebinding gives the
page a name that resolves to loopback, and forms are posted without asking), and by the world when a proxy
stands in front. The headers tell: so Host, Origin and the marks that proxies leave are checked.
"""

from __future__ import annotations

from ipaddress import ip_address

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from api.errors import NOT_LOCAL
from api.http.errors import problem_response

_PROXY_MARKS = ("forwarded", "via", "x-real-ip", "true-client-ip", "cf-connecting-ip")
_PROXY_PREFIX = "x-forwarded-"


class LocalOnly:
    """Answers 403 to every request that does not come straight from this machine."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not is_local(Headers(scope=scope)):
            await problem_response(scope, NOT_LOCAL)(scope, receive, send)
            return
        await self._app(scope, receive, send)


def is_local(headers: Headers) -> bool:
    """Whether these headers are those of a program or page on this machine, talking to us directly."""
    hosts = headers.getlist("host")
    return (
        len(hosts) == 1
        and is_loopback(_host_name(hosts[0]))
        and all(origin == f"http://{hosts[0]}" for origin in headers.getlist("origin"))
        and not any(name in _PROXY_MARKS or name.startswith(_PROXY_PREFIX) for name in headers)
    )


def is_loopback(host: str) -> bool:
    """Whether this can only mean this machine. Names are not looked up: that is how rebinding lies."""
    if host.casefold() == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _host_name(authority: str) -> str:
    """`[::1]:8000` -> `::1`, `localhost` -> `localhost`; whatever is no authority stays no loopback name."""
    name, colon, _port = authority.rpartition(":")
    has_port = colon and not authority.endswith("]")
    return (name if has_port else authority).removeprefix("[").removesuffix("]")

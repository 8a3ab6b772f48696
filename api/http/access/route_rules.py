"""The table of who may call which route: `ROUTE_RULES`. A route that is not listed does not exist for anybody.

`AccessPolicy.admit` looks up a request's method and path here before anything else of the request is read. Where
Starlette's router and this table could disagree about a path, the table finds nothing, and the answer is 404.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from corpus.access import Scope


class OpenTo(Enum):
    """For whom a route is open without a key, though keys exist."""

    EVERYONE = "everyone"
    LINKS = "whoever follows a signed link; the route itself checks it"
    THIS_MACHINE = "programs on this machine that come without a proxy"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class RouteRule:
    """What `method path` needs. `{...}` stands for one segment, `*` for any method.

    `keeps_bounds` says that the route shows nothing beyond the articles that a key is limited to; others refuse
    keys that are limited.
    """

    method: str
    path: str
    scope: Scope
    open_to: OpenTo = OpenTo.NOBODY
    keeps_bounds: bool = False

    def has_path(self, path: str) -> bool:
        wanted, given = self.path.split("/"), path.split("/")
        return len(wanted) == len(given) and all(map(_fits, wanted, given))

    def has_method(self, method: str) -> bool:
        return self.method in ("*", method)


ROUTE_RULES = (
    RouteRule("GET", "/", Scope.ASK, OpenTo.EVERYONE, keeps_bounds=True),
    RouteRule("GET", "/healthz", Scope.ASK, OpenTo.EVERYONE, keeps_bounds=True),
    RouteRule("GET", "/readyz", Scope.ASK, OpenTo.EVERYONE, keeps_bounds=True),
    RouteRule("GET", "/openapi.json", Scope.ASK, OpenTo.EVERYONE, keeps_bounds=True),
    RouteRule("GET", "/docs", Scope.ASK, OpenTo.EVERYONE, keeps_bounds=True),
    RouteRule("GET", "/widget.js", Scope.ASK, OpenTo.EVERYONE, keeps_bounds=True),
    RouteRule("GET", "/widget/{file}", Scope.ASK, OpenTo.EVERYONE, keeps_bounds=True),
    RouteRule("GET", "/page/{file}", Scope.ASK, OpenTo.EVERYONE, keeps_bounds=True),
    RouteRule("GET", "/articles/{id}", Scope.ASK, OpenTo.LINKS, keeps_bounds=True),
    RouteRule("GET", "/metrics", Scope.ADMIN, OpenTo.THIS_MACHINE),
    RouteRule("POST", "/v1/ask", Scope.ASK, keeps_bounds=True),
    RouteRule("POST", "/v1/search", Scope.ASK, keeps_bounds=True),
    RouteRule("POST", "/v1/links", Scope.ASK, keeps_bounds=True),
    RouteRule("POST", "/v1/feedback", Scope.ASK, keeps_bounds=True),
    RouteRule("GET", "/v1/articles", Scope.ASK, keeps_bounds=True),
    RouteRule("GET", "/v1/articles/{id}", Scope.ASK, keeps_bounds=True),
    RouteRule("POST", "/v1/articles", Scope.INGEST),
    RouteRule("DELETE", "/v1/articles/{id}", Scope.INGEST),
    RouteRule("GET", "/v1/jobs/{id}", Scope.INGEST),
    RouteRule("POST", "/v1/chat/completions", Scope.ASK, keeps_bounds=True),
    RouteRule("GET", "/v1/models", Scope.ASK, keeps_bounds=True),
    RouteRule("GET", "/v1/models/{id}", Scope.ASK, keeps_bounds=True),
    RouteRule("*", "/mcp", Scope.ASK, keeps_bounds=True),
)


def rule_for(method: str, path: str) -> RouteRule | None:
    """The rule of this route; for a method that the path does not take, one of the path's, so that it becomes a 405."""
    of_path = [rule for rule in ROUTE_RULES if rule.has_path(path)]
    return next((rule for rule in of_path if rule.has_method(method)), of_path[0] if of_path else None)


def takes_get(path: str) -> bool:
    """Whether GET is one of the methods of this path, and its answer ends."""
    rule = rule_for("GET", path)
    return rule is not None and rule.method == "GET"


def methods_of(path: str) -> list[str]:
    """What the path takes, for `Allow`."""
    methods = {rule.method for rule in ROUTE_RULES if rule.has_path(path)}
    return sorted(methods | {"HEAD"} if takes_get(path) else methods)


def _fits(wanted: str, given: str) -> bool:
    """`{id}` is any segment but an empty one."""
    return bool(given) if wanted.startswith("{") else wanted == given

"""The table of who may call which route: `ROUTE_RULES`. A route that is not listed does not exist for anybody.

`AccessPolicy.admit` looks up a request's method and path here before anything else of the request is read. Where
Starlette's router and this table could disagree about a path, the table finds nothing, and the answer is 404.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from corpus.access import Scope


class KeylessAccess(Enum):
    """Who may call a route without a key, though keys exist."""

    NONE = "nobody: a key is required"
    LINKS = "whoever follows a signed link; the route itself checks it"
    THIS_MACHINE = "programs on this machine that come without a proxy"
    EVERYONE = "everyone"


@dataclass(frozen=True, slots=True)
class RouteRule:
    """Who may call `method path`. `{...}` stands for one segment.

    `scope` is what a key has to allow. `respects_article_filter` says that the route shows nothing beyond the articles
    that a key is limited to (its bounds); the other routes refuse keys that are limited. `counts_by_day` says that a
    request is one of those that a key has for a day; what is no question, and every page asks, is not.
    """

    method: str
    path: str
    scope: Scope
    without_key: KeylessAccess = KeylessAccess.NONE
    respects_article_filter: bool = False
    counts_by_day: bool = True

    def has_path(self, path: str) -> bool:
        wanted, given = self.path.split("/"), path.split("/")
        return len(wanted) == len(given) and all(map(_fits, wanted, given))


ROUTE_RULES = (
    RouteRule("GET", "/", Scope.ASK, KeylessAccess.EVERYONE, respects_article_filter=True),
    RouteRule("GET", "/healthz", Scope.ASK, KeylessAccess.EVERYONE, respects_article_filter=True),
    RouteRule("GET", "/readyz", Scope.ASK, KeylessAccess.EVERYONE, respects_article_filter=True),
    RouteRule("GET", "/openapi.json", Scope.ASK, KeylessAccess.EVERYONE, respects_article_filter=True),
    RouteRule("GET", "/docs", Scope.ASK, KeylessAccess.EVERYONE, respects_article_filter=True),
    RouteRule("GET", "/widget.js", Scope.ASK, KeylessAccess.EVERYONE, respects_article_filter=True),
    RouteRule("GET", "/widget/{file}", Scope.ASK, KeylessAccess.EVERYONE, respects_article_filter=True),
    RouteRule("GET", "/page/{file}", Scope.ASK, KeylessAccess.EVERYONE, respects_article_filter=True),
    RouteRule("GET", "/articles/{id}", Scope.ASK, KeylessAccess.LINKS, respects_article_filter=True),
    RouteRule("GET", "/metrics", Scope.ADMIN, KeylessAccess.THIS_MACHINE),
    RouteRule("POST", "/v1/ask", Scope.ASK, respects_article_filter=True),
    RouteRule("POST", "/v1/search", Scope.ASK, respects_article_filter=True),
    RouteRule("POST", "/v1/verify", Scope.ASK, respects_article_filter=True),
    RouteRule("POST", "/v1/links", Scope.ASK, respects_article_filter=True),
    RouteRule("POST", "/v1/feedback", Scope.ASK, respects_article_filter=True),
    RouteRule("GET", "/v1/articles", Scope.ASK, respects_article_filter=True),
    RouteRule("GET", "/v1/articles/{id}", Scope.ASK, respects_article_filter=True),
    RouteRule("GET", "/articles/{id}/passage", Scope.ASK, KeylessAccess.LINKS, respects_article_filter=True),
    RouteRule("GET", "/v1/library", Scope.ASK, respects_article_filter=True, counts_by_day=False),
    RouteRule("POST", "/v1/articles", Scope.INGEST),
    RouteRule("DELETE", "/v1/articles/{id}", Scope.INGEST),
    RouteRule("GET", "/v1/jobs/{id}", Scope.INGEST),
    RouteRule("GET", "/v1/sources", Scope.INGEST),
    RouteRule("POST", "/v1/sources", Scope.INGEST),
    RouteRule("GET", "/v1/sources/{id}", Scope.INGEST),
    RouteRule("DELETE", "/v1/sources/{id}", Scope.INGEST),
    RouteRule("GET", "/v1/watches", Scope.ASK, respects_article_filter=True, counts_by_day=False),
    RouteRule("POST", "/v1/watches", Scope.ASK, respects_article_filter=True),
    RouteRule("GET", "/v1/watches/{id}", Scope.ASK, respects_article_filter=True),
    RouteRule("DELETE", "/v1/watches/{id}", Scope.ASK, respects_article_filter=True),
    RouteRule("GET", "/watches/{id}/feed.atom", Scope.ASK, KeylessAccess.LINKS, respects_article_filter=True),
    RouteRule("GET", "/v1/questions", Scope.ADMIN),
    RouteRule("DELETE", "/v1/questions", Scope.ADMIN),
    RouteRule("GET", "/v1/questions/{id}/gold", Scope.ADMIN),
    RouteRule("POST", "/v1/chat/completions", Scope.ASK, respects_article_filter=True),
    RouteRule("POST", "/v1/completions", Scope.ASK, respects_article_filter=True, counts_by_day=False),
    RouteRule("POST", "/v1/responses", Scope.ASK, respects_article_filter=True),
    RouteRule("POST", "/v1/embeddings", Scope.ASK, respects_article_filter=True),
    RouteRule("GET", "/v1/models", Scope.ASK, respects_article_filter=True),
    RouteRule("GET", "/v1/models/{id}", Scope.ASK, respects_article_filter=True),
    RouteRule("POST", "/mcp", Scope.ASK, respects_article_filter=True),
)


def rule_for(method: str, path: str) -> RouteRule | None:
    """Return the rule of a route, or None.

    For a method that the path does not take it is one of the path's, so that the answer becomes a 405.
    """
    of_path = [rule for rule in ROUTE_RULES if rule.has_path(path)]
    return next((rule for rule in of_path if rule.method == method), of_path[0] if of_path else None)


def takes_get(path: str) -> bool:
    """Whether GET is one of the methods of this path."""
    rule = rule_for("GET", path)
    return rule is not None and rule.method == "GET"


def methods_of(path: str) -> list[str]:
    """Return the methods that the path takes, for `Allow`."""
    methods = {rule.method for rule in ROUTE_RULES if rule.has_path(path)}
    return sorted(methods | {"HEAD"} if takes_get(path) else methods)


def _fits(wanted: str, given: str) -> bool:
    """Return whether a segment fits; `{id}` is any but an empty one."""
    return bool(given) if wanted.startswith("{") else wanted == given

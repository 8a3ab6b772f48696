"""What each route asks of whoever calls it. A route that is not listed here does not exist for anybody.

This is checked by method and path before anything of a request is read. Where Starlette's router and this table
could disagree about a path, the table finds nothing, and the answer is 404.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from corpus.access import Scope


class Open(Enum):
    """For whom a route is open without a key, though keys exist."""

    EVERYONE = "everyone"
    LINKS = "whoever follows a signed link; the route itself checks it"
    THIS_MACHINE = "programs on this machine that come without a proxy"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Rule:
    """What `method path` needs. `{...}` stands for one segment, `*` for any method.

    `keeps_bounds` says that the route shows nothing beyond the articles that a key is limited to; others refuse
    keys that are limited.
    """

    method: str
    path: str
    scope: Scope
    open_to: Open = Open.NOBODY
    keeps_bounds: bool = False

    def has_path(self, path: str) -> bool:
        wanted, given = self.path.split("/"), path.split("/")
        return len(wanted) == len(given) and all(map(_fits, wanted, given))

    def has_method(self, method: str) -> bool:
        return self.method in ("*", method)


RULES = (
    Rule("GET", "/", Scope.ASK, Open.EVERYONE, keeps_bounds=True),
    Rule("GET", "/healthz", Scope.ASK, Open.EVERYONE, keeps_bounds=True),
    Rule("GET", "/readyz", Scope.ASK, Open.EVERYONE, keeps_bounds=True),
    Rule("GET", "/openapi.json", Scope.ASK, Open.EVERYONE, keeps_bounds=True),
    Rule("GET", "/docs", Scope.ASK, Open.EVERYONE, keeps_bounds=True),
    Rule("GET", "/widget.js", Scope.ASK, Open.EVERYONE, keeps_bounds=True),
    Rule("GET", "/widget/{file}", Scope.ASK, Open.EVERYONE, keeps_bounds=True),
    Rule("GET", "/page/{file}", Scope.ASK, Open.EVERYONE, keeps_bounds=True),
    Rule("GET", "/articles/{id}", Scope.ASK, Open.LINKS, keeps_bounds=True),
    Rule("GET", "/metrics", Scope.ADMIN, Open.THIS_MACHINE),
    Rule("POST", "/v1/ask", Scope.ASK, keeps_bounds=True),
    Rule("POST", "/v1/search", Scope.ASK, keeps_bounds=True),
    Rule("POST", "/v1/links", Scope.ASK, keeps_bounds=True),
    Rule("POST", "/v1/feedback", Scope.ASK, keeps_bounds=True),
    Rule("GET", "/v1/articles", Scope.ASK, keeps_bounds=True),
    Rule("GET", "/v1/articles/{id}", Scope.ASK, keeps_bounds=True),
    Rule("POST", "/v1/articles", Scope.INGEST),
    Rule("DELETE", "/v1/articles/{id}", Scope.INGEST),
    Rule("GET", "/v1/jobs/{id}", Scope.INGEST),
    Rule("POST", "/v1/chat/completions", Scope.ASK, keeps_bounds=True),
    Rule("GET", "/v1/models", Scope.ASK, keeps_bounds=True),
    Rule("GET", "/v1/models/{id}", Scope.ASK, keeps_bounds=True),
    Rule("*", "/mcp", Scope.ASK, keeps_bounds=True),
)


def rule_for(method: str, path: str) -> Rule | None:
    """The rule of this route; for a method that the path does not take, one of the path's, so that it becomes a 405."""
    of_path = [rule for rule in RULES if rule.has_path(path)]
    return next((rule for rule in of_path if rule.has_method(method)), of_path[0] if of_path else None)


def is_fetched(path: str) -> bool:
    """Whether GET is one of the methods of this path, and its answer ends."""
    rule = rule_for("GET", path)
    return rule is not None and rule.method == "GET"


def methods_of(path: str) -> list[str]:
    """What the path takes, for `Allow`."""
    methods = {rule.method for rule in RULES if rule.has_path(path)}
    return sorted(methods | {"HEAD"} if is_fetched(path) else methods)


def _fits(wanted: str, given: str) -> bool:
    """`{id}` is any segment but an empty one."""
    return bool(given) if wanted.startswith("{") else wanted == given

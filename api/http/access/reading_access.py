"""Reading access: who may open an article's reading page."""

from __future__ import annotations

import time

from fastapi import Request

from api.http.access.caller import caller_of
from api.http.refused import Refused
from api.problems import KEY_NEEDED, LINK_EXPIRED
from corpus.access import Scope


def require_reading_access(request: Request, article_id: str, v: str | None = None, t: str | None = None) -> None:
    """Raise `Refused` unless the caller may ask, or `t` is a link's token for version `v` of the article.

    `v` and `t` are the query of `/articles/{article_id}?v=<content_hash>&t=<token>`.
    """
    if Scope.ASK in caller_of(request.scope).scopes:
        return
    if not (v and t):
        raise Refused(KEY_NEEDED, {"WWW-Authenticate": "Bearer"})
    if not request.app.state.links.verify(t, article_id, v, time.time()):
        raise Refused(LINK_EXPIRED)

"""`Caller`: who sent a request, and what they may see; `CallerAssistant` and `CurrentCaller` give both to a route.

Routes need no word about keys: `api.http.access.middleware` has admitted whom `api.http.access.route_rules` lists
for them, and they get the assistant as its caller may see it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any

from fastapi import Depends, Request

from assistant.ask import Assistant
from corpus.access import Scope
from corpus.article import ArticleFilter


@dataclass(frozen=True, slots=True)
class Caller:
    """The sender of a request: their scopes, the articles that they may see, and the id of their key, if any.

    A stranger sees no sentence of a language model that was not confirmed.
    """

    scopes: frozenset[Scope]
    bounds: ArticleFilter = field(default_factory=ArticleFilter)
    key_id: str | None = None
    is_stranger: bool = False


LOCAL = Caller(frozenset(Scope))
"""Programs and pages of this machine, as long as there are no keys."""
ANYONE = Caller(frozenset({Scope.ASK}), is_stranger=True)
"""Strangers, where the operator lets anyone ask."""
VISITOR = Caller(frozenset(), is_stranger=True)
"""Without a key, at a route that is open without."""


def caller_of(scope: Mapping[str, Any]) -> Caller:
    """Return who sent the request of this ASGI scope."""
    caller: Caller = scope["state"]["caller"]
    return caller


def assistant_for(request: Request) -> Assistant:
    """Return the assistant, which sees only what the caller of this request may see. Routes get at no other."""
    state = request.app.state
    assistant: Assistant = state.assistant
    caller, watch = caller_of(request.scope), state.observer.watch(request.scope)
    return assistant.for_caller(caller.bounds, watch, shows_not_confirmed=not caller.is_stranger)


# Both on the event loop, so that a request that is refused waits for nobody's thread.
async def _caller(request: Request) -> Caller:
    return caller_of(request.scope)


async def _assistant(request: Request) -> Assistant:
    return assistant_for(request)


CallerAssistant = Annotated[Assistant, Depends(_assistant)]
CurrentCaller = Annotated[Caller, Depends(_caller)]

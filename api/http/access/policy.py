"""The access policy: decides which requests are admitted, from the route rules, the keys, and the rate limits."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

from starlette.datastructures import Headers
from starlette.types import Scope as AsgiScope

from api.http.access.caller import ANYONE, LOCAL, VISITOR, Caller
from api.http.access.client_address import client_address, client_name, is_local, is_loopback_peer, networks
from api.http.access.key_audit import RefusedKeys
from api.http.access.key_cache import KeyCache
from api.http.access.rate_limits import RateLimits
from api.http.access.route_rules import KeylessAccess, RouteRule, rule_for
from api.http.refused import Refused
from api.problems import (
    KEY_EXPIRED,
    KEY_NEEDED,
    NOT_FOUND,
    NOT_LOCAL,
    ORIGIN_NOT_ALLOWED,
    QUOTA_REACHED,
    SCOPE_MISSING,
    TOO_MANY_REQUESTS,
    WRONG_KEY,
)
from assistant.settings import AccessOptions
from corpus.access import Key, Scope, is_over
from corpus.errors import DataFolderUnusable

_CHALLENGE = {"WWW-Authenticate": "Bearer"}


class AccessPolicy:
    """Admits requests or refuses them. `allow_anyone` lets strangers ask as long as there are no keys."""

    def __init__(self, keys: KeyCache, rate_limits: RateLimits, options: AccessOptions, allow_anyone: bool) -> None:
        self._keys = keys
        self._rate_limits = rate_limits
        self._options = options
        self._allow_anyone = allow_anyone
        self._proxies = networks(options.trusted_proxies)
        # A proxy on this machine looks like this machine, unless it says whom it forwards.
        self._is_behind_proxy = bool(self._proxies or options.public_base_url)
        self._counting_thread = ThreadPoolExecutor(1, "rate-limits")
        self._refusals = RefusedKeys()

    @property
    def has_keys(self) -> bool:
        return self._keys.has_keys

    async def admit(self, request: AsgiScope, headers: Headers) -> Caller:
        """Return the caller of a request that is admitted.

        Raises `Refused` for others, and `DataFolderUnusable` when keys cannot be read.
        """
        rule = rule_for(request["method"], request["path"])
        if not self.has_keys:
            return await self._admit_without_keys(request, headers, rule)
        if rule and rule.without_key is KeylessAccess.EVERYONE:
            return VISITOR
        if "authorization" in headers:
            try:
                return await self._admit_key(request, headers, rule)
            except Refused as refused:
                if rule is not None:
                    key = self._keys.find(_key_text(headers))
                    self._refusals.note(key.id if key else None, refused.problem.code, rule.path)
                raise
        return await self._admit_visitor(request, headers, rule)

    def allowed_origin(self, headers: Headers) -> str | None:
        """Return the page's origin when it may use some key, and so read what comes back; else None."""
        origins = headers.getlist("origin")
        return origins[0] if len(origins) == 1 and origins[0] in self._keys.origins else None

    def allow_preflight(self, request: AsgiScope, origin: str | None) -> None:
        """Raise `Refused` when no page may send what a browser asks about."""
        rule = rule_for(Headers(scope=request)["access-control-request-method"], request["path"])
        if rule is None:
            raise Refused(NOT_FOUND)
        if origin is None or rule.scope is not Scope.ASK:
            raise Refused(ORIGIN_NOT_ALLOWED)

    def close(self) -> None:
        """Count no more requests."""
        self._counting_thread.shutdown()

    async def _admit_without_keys(self, request: AsgiScope, headers: Headers, rule: RouteRule | None) -> Caller:
        is_local_program = self._is_local_program(request, headers)
        if not (is_local_program or self._allow_anyone):
            # Of a proxied service what is open to everyone is, so that its health can be asked for.
            if rule and rule.without_key is KeylessAccess.EVERYONE and self._is_from_this_machine(request, headers):
                return VISITOR
            raise Refused(NOT_LOCAL)
        if rule is None:
            raise Refused(NOT_FOUND)
        if is_local_program:
            return LOCAL
        if rule.scope is not Scope.ASK:
            raise Refused(NOT_LOCAL)
        if rule.without_key is not KeylessAccess.EVERYONE:
            await self._limit_client(request)
        return ANYONE

    async def _admit_visitor(self, request: AsgiScope, headers: Headers, rule: RouteRule | None) -> Caller:
        if rule and rule.without_key is KeylessAccess.LINKS:
            await self._limit_client(request)
            return VISITOR
        if rule and rule.without_key is KeylessAccess.THIS_MACHINE and self._is_local_program(request, headers):
            return VISITOR
        raise Refused(KEY_NEEDED, _CHALLENGE)

    def _is_local_program(self, request: AsgiScope, headers: Headers) -> bool:
        """Whether a program or page of this machine asks, and no proxy for somebody else."""
        return self._is_from_this_machine(request, headers) and not self._is_behind_proxy

    @staticmethod
    def _is_from_this_machine(request: AsgiScope, headers: Headers) -> bool:
        return is_local(headers, request["scheme"]) and is_loopback_peer(request)

    async def _admit_key(self, request: AsgiScope, headers: Headers, rule: RouteRule | None) -> Caller:
        key = self._find(headers)
        grant = key.grant
        if grant.publishable and headers.getlist("origin") not in [[origin] for origin in grant.origins]:
            raise Refused(ORIGIN_NOT_ALLOWED)
        if rule is None:
            raise Refused(NOT_FOUND)
        if rule.scope not in grant.scopes or not (grant.bounds.is_empty or rule.respects_article_filter):
            raise Refused(SCOPE_MISSING)
        if grant.publishable:
            await self._limit_client(request)
        await self._limit(key.id, grant.requests_per_minute or self._options.key_requests_per_minute)
        if rule.counts_by_day:
            self._limit_requests_of_day(key)
        return Caller(frozenset(grant.scopes), grant.bounds, key.id, is_stranger=grant.publishable)

    def _find(self, headers: Headers) -> Key:
        if self._keys.is_stale:
            raise DataFolderUnusable("The keys cannot be read, so that none is believed; see the errors before.")
        text = _key_text(headers)
        key = self._keys.find(text)
        if key is None or key.revoked:
            raise Refused(WRONG_KEY, _CHALLENGE)
        if is_over(text, key, datetime.now(UTC)):
            raise Refused(KEY_EXPIRED, _CHALLENGE)
        return key

    async def _limit_client(self, request: AsgiScope) -> None:
        name = client_name(client_address(request, self._proxies))
        await self._limit(f"client {name}", self._options.client_requests_per_minute)

    async def _limit(self, who: str, per_minute: int) -> None:
        loop = asyncio.get_running_loop()
        seconds = await loop.run_in_executor(self._counting_thread, self._rate_limits.seconds_to_wait, who, per_minute)
        if seconds:
            raise Refused(TOO_MANY_REQUESTS, {"Retry-After": str(seconds)})

    def _limit_requests_of_day(self, key: Key) -> None:
        default = self._options.publishable_requests_per_day if key.grant.publishable else None
        if not self._keys.count_request(key, key.grant.requests_per_day or default):
            raise Refused(QUOTA_REACHED, {"Retry-After": str(_seconds_to_midnight())})


def _key_text(headers: Headers) -> str:
    """Return the text of the key that came, or an empty one, which no key has."""
    kind, _, text = ",".join(headers.getlist("authorization")).partition(" ")
    return text.strip() if kind.casefold() == "bearer" else ""


def _seconds_to_midnight() -> int:
    now = datetime.now(UTC)
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    return max(1, round((midnight - now).total_seconds()))

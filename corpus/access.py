"""Keys to the service: who may do what, on which articles, from where and how often.

A key is made of 256 random bits, so its plain SHA-256 is safe to keep: there is nothing to guess that a slow
password hash would have to protect, and a fast one lets every request be checked.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from hmac import compare_digest

from corpus.article import ArticleFilter

_SECRET_BYTES = 32
_ID_BYTES = 6


class Scope(StrEnum):
    """A kind of request that a key may make. None includes another."""

    ASK = "ask"
    INGEST = "ingest"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Grant:
    """The rights of a key.

    `bounds` limit every request to the articles that they let through. A publishable key stands in a page for
    all to read: it works only from pages of `origins` (like `https://example.org`). `requests_per_minute` and
    `requests_per_day` are None where the service's own defaults hold.
    """

    scopes: tuple[Scope, ...]
    bounds: ArticleFilter = field(default_factory=ArticleFilter)
    publishable: bool = False
    origins: tuple[str, ...] = ()
    requests_per_minute: int | None = None
    requests_per_day: int | None = None


@dataclass(frozen=True, slots=True)
class FormerText:
    """The text that a key had before it was rotated, by its digest. It works until a time."""

    digest: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Key:
    """A key as it is kept: `digest` stands for the key itself, which only its holder has. Times are UTC.

    It works until it is `revoked`, or until it `expires`; None: never. It got this text when it was `rotated`.
    """

    id: str
    name: str
    digest: str
    grant: Grant
    created: datetime
    revoked: datetime | None = None
    expires: datetime | None = None
    rotated: datetime | None = None
    former: FormerText | None = None

    def has_expired(self, now: datetime) -> bool:
        """Whether its time is over."""
        return self.expires is not None and self.expires <= now

    def works(self, now: datetime) -> bool:
        """Whether it opens anything."""
        return self.revoked is None and not self.has_expired(now)


def new_key(name: str, grant: Grant, expires: datetime | None = None) -> tuple[Key, str]:
    """Return a key to keep, and its text to hand out, which cannot be had again."""
    handle = secrets.token_hex(_ID_BYTES)
    text = _new_text(handle, grant)
    return Key(f"key_{handle}", name, _digest(text), grant, datetime.now(UTC), expires=expires), text


def rotated_key(key: Key, grace: timedelta, expires: datetime | None, now: datetime) -> tuple[Key, str]:
    """Return the same key with a new text, and that text. It expires at another time.

    The text so far works until the `grace` ends, and no longer than it would have; the one before it no more.
    """
    text = _new_text(key.id.removeprefix("key_"), key.grant)
    until = min(filter(None, (now + grace, key.expires)))
    former = FormerText(key.digest, until) if until > now else None
    return replace(key, digest=_digest(text), expires=expires, rotated=now, former=former), text


def key_id(text: str) -> str:
    """Return the id that the text of a key claims: no secret, and no proof of anything."""
    return f"key_{text[3:].partition('_')[0]}"


def opens(text: str, key: Key) -> bool:
    """Whether this is the text of `key`, or the one before. Takes as long for a wrong one as for the right one."""
    is_present = compare_digest(_digest(text), key.digest)
    return _is_former(text, key) or is_present


def is_over(text: str, key: Key, now: datetime) -> bool:
    """Whether the time of a key, or of this text of it that opened it once, is over."""
    return key.has_expired(now) or bool(_is_former(text, key) and key.former and key.former.until <= now)


def _is_former(text: str, key: Key) -> bool:
    return key.former is not None and compare_digest(_digest(text), key.former.digest)


def _new_text(handle: str, grant: Grant) -> str:
    kind = "pk" if grant.publishable else "sk"
    return f"{kind}_{handle}_{secrets.token_urlsafe(_SECRET_BYTES)}"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()

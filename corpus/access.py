"""Keys to the service: who may do what, on which articles, from where and how often.

A key is made of 256 random bits, so its plain SHA-256 is safe to keep: there is nothing to guess that a slow
password hash would have to protect, and a fast one lets every request be checked.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime
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
class Key:
    """A key as it is kept: `digest` stands for the key itself, which only its holder has. Times are UTC."""

    id: str
    name: str
    digest: str
    grant: Grant
    created: datetime
    revoked: datetime | None = None


def new_key(name: str, grant: Grant) -> tuple[Key, str]:
    """Return a key to keep, and its text to hand out, which cannot be had again."""
    handle = secrets.token_hex(_ID_BYTES)
    kind = "pk" if grant.publishable else "sk"
    text = f"{kind}_{handle}_{secrets.token_urlsafe(_SECRET_BYTES)}"
    return Key(f"key_{handle}", name, _digest(text), grant, datetime.now(UTC)), text


def key_id(text: str) -> str:
    """Return the id that the text of a key claims: no secret, and no proof of anything."""
    return f"key_{text[3:].partition('_')[0]}"


def opens(text: str, key: Key) -> bool:
    """Whether this is the text of `key`. Takes as long for a wrong one as for the right one."""
    return compare_digest(_digest(text), key.digest)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()

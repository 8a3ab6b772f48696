"""Link tokens: leave to read one version of one article for some hours, without a key."""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64encode
from collections.abc import Callable
from datetime import UTC, datetime

from corpus.link_secret import LinkSecret

_PURPOSE = b"read an article"
"""So that the same secret can sign for other purposes, and none passes for another."""

_LATEST_DIGITS = 12
"""More digits than any time has, and few enough to convert quickly."""


_SLACK_SECONDS = 60
"""A clock is set back by less than this all the time."""


class LinkTokens:
    """Signs and verifies tokens with the secret that `secret` returns, each for `lifetime` seconds.

    Times are seconds since 1970.
    """

    def __init__(self, secret: Callable[[], LinkSecret], lifetime: int) -> None:
        self._secret = secret
        self._lifetime = lifetime

    def sign(self, article_id: str, content_hash: str, now: float) -> str:
        """Return a token of letters, digits and `-_.` that opens this version until `now` plus the lifetime."""
        expires = str(int(now) + self._lifetime)
        return f"{expires}.{_signature(self._secret().present, article_id, content_hash, expires)}"

    def verify(self, token: str, article_id: str, content_hash: str, now: float) -> bool:
        """Whether this token was signed here for this version, and has not expired.

        One that would be good for longer than any was signed while the clock was ahead: it is refused.
        """
        expires, _, signature = token.partition(".")
        if not (expires.isascii() and expires.isdigit() and len(expires) <= _LATEST_DIGITS and signature.isascii()):
            return False
        is_in_time = now < int(expires) <= now + self._lifetime + _SLACK_SECONDS
        return is_in_time and any(
            hmac.compare_digest(signature, _signature(secret, article_id, content_hash, expires))
            for secret in self._secret().accepted(datetime.fromtimestamp(now, UTC))
        )


def _signature(secret: bytes, article_id: str, content_hash: str, expires: str) -> str:
    parts = [text.encode("utf-8", "surrogatepass") for text in (article_id, content_hash, expires)]
    # Every part with its length: no two lists of parts look the same.
    message = b"".join(len(part).to_bytes(8) + part for part in (_PURPOSE, *parts))
    return urlsafe_b64encode(hmac.digest(secret, message, "sha256")).rstrip(b"=").decode()

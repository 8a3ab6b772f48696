"""The secret that signs what is read or believed without a key: links to reading pages, feeds, webhooks."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

_BYTES = 32


@dataclass(frozen=True, slots=True)
class LinkSecret:
    """`present` signs. What `former` signed, before it was `rotated`, counts until `former_until`. Times are UTC."""

    present: bytes
    rotated: datetime | None = None
    former: bytes | None = None
    former_until: datetime | None = None

    def accepted(self, now: datetime) -> tuple[bytes, ...]:
        """Return the secrets whose signatures count, the one that signs first."""
        if self.former is None or self.former_until is None or self.former_until <= now:
            return (self.present,)
        return self.present, self.former


def rotated_secret(secret: LinkSecret, grace: timedelta, now: datetime) -> LinkSecret:
    """Return a new secret, beside the one so far until the `grace` ends. The one before that counts no more."""
    present = secrets.token_bytes(_BYTES)
    return LinkSecret(present, now, secret.present, now + grace) if grace else LinkSecret(present, now)

"""What proves that something is of a standing question: a webhook's signature, and the token of a feed's address.

Both are made of the secret that also signs links, each for a purpose of its own, so that nothing more has to be kept.
While that is rotated both secrets count: `secrets` are those of `LinkSecret.accepted`.
Webhooks are signed as https://www.standardwebhooks.com has it, for which libraries exist in most languages.
"""

from __future__ import annotations

import hmac
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Sequence
from datetime import datetime

_WEBHOOK, _FEED = b"sign a webhook\0", b"read a feed\0"


def webhook_secret(secret: bytes, watch_id: str) -> str:
    """Return the secret that a receiver verifies with: `whsec_` and 32 bytes in base64."""
    return "whsec_" + b64encode(_key(secret, _WEBHOOK, watch_id)).decode()


def webhook_headers(
    secrets: Sequence[bytes], watch_id: str, message_id: str, moment: datetime, body: bytes
) -> dict[str, str]:
    """Return the headers of a webhook, signed with each secret: a receiver needs one of them.

    `message_id` is the same each time that a message is sent.
    """
    seconds = str(int(moment.timestamp()))
    signed = b".".join((message_id.encode(), seconds.encode(), body))
    signatures = [hmac.digest(_key(secret, _WEBHOOK, watch_id), signed, "sha256") for secret in secrets]
    return {
        "Content-Type": "application/json",
        "Webhook-Id": message_id,
        "Webhook-Timestamp": seconds,
        "Webhook-Signature": " ".join("v1," + b64encode(signature).decode() for signature in signatures),
    }


def feed_token(secret: bytes, watch_id: str) -> str:
    """Return the token, of letters, digits and `-_`, with which a feed is read, as long as question and secret last."""
    return urlsafe_b64encode(_key(secret, _FEED, watch_id)).rstrip(b"=").decode()


def opens_feed(token: str, secrets: Sequence[bytes], watch_id: str) -> bool:
    """Whether this is the token of that question's feed, by any of the secrets."""
    return token.isascii() and any(hmac.compare_digest(token, feed_token(secret, watch_id)) for secret in secrets)


def _key(secret: bytes, purpose: bytes, watch_id: str) -> bytes:
    return hmac.digest(secret, purpose + watch_id.encode("utf-8", "surrogatepass"), "sha256")

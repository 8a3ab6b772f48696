"""What proves that something is of a standing question: a webhook's signature, and the token of a feed's address.

Both are made of the secret that also signs links, each for a purpose of its own, so that nothing more has to be kept.
Webhooks are signed as https://www.standardwebhooks.com has it, for which libraries exist in most languages.
"""

from __future__ import annotations

import hmac
from base64 import b64encode, urlsafe_b64encode
from datetime import datetime

_WEBHOOK, _FEED = b"sign a webhook\0", b"read a feed\0"


def webhook_secret(secret: bytes, watch_id: str) -> str:
    """Return the secret that a receiver verifies with: `whsec_` and 32 bytes in base64."""
    return "whsec_" + b64encode(_key(secret, _WEBHOOK, watch_id)).decode()


def webhook_headers(secret: bytes, watch_id: str, message_id: str, moment: datetime, body: bytes) -> dict[str, str]:
    """Return the headers of a webhook. `message_id` is the same each time that a message is sent."""
    seconds = str(int(moment.timestamp()))
    signed = b".".join((message_id.encode(), seconds.encode(), body))
    signature = hmac.digest(_key(secret, _WEBHOOK, watch_id), signed, "sha256")
    return {
        "Content-Type": "application/json",
        "Webhook-Id": message_id,
        "Webhook-Timestamp": seconds,
        "Webhook-Signature": "v1," + b64encode(signature).decode(),
    }


def feed_token(secret: bytes, watch_id: str) -> str:
    """Return the token, of letters, digits and `-_`, with which a feed is read. It lasts as long as the question."""
    return urlsafe_b64encode(_key(secret, _FEED, watch_id)).rstrip(b"=").decode()


def opens_feed(token: str, secret: bytes, watch_id: str) -> bool:
    """Whether this is the token of that question's feed."""
    return token.isascii() and hmac.compare_digest(token, feed_token(secret, watch_id))


def _key(secret: bytes, purpose: bytes, watch_id: str) -> bytes:
    return hmac.digest(secret, purpose + watch_id.encode("utf-8", "surrogatepass"), "sha256")

"""Sealing of backups: what lies elsewhere can neither be read nor changed unnoticed without the key."""

from __future__ import annotations

import hashlib
import hmac
import os
from base64 import b64decode
from binascii import Error as NotBase64
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from corpus.errors import BackupUnusable

KEY_BYTES = 32

_NONCE_BYTES = 12
"""Random for each chunk, of which one key may seal 2**32: a thousand terabytes."""


class Seal(Protocol):
    """How chunks are named and kept. `mark` tells in the open which seal, and which key, a backup needs."""

    mark: str

    def name(self, content: bytes) -> str:
        """Return a name of 64 hexadecimal digits, which nothing else has."""

    def close(self, content: bytes, name: str) -> bytes:
        """Return what is kept under a name."""

    def open(self, kept: bytes, name: str) -> bytes:
        """Return the content. Raise BackupUnusable when it was changed, or is kept under another name."""


class NoSeal:
    """Whoever gets at the backup can read it."""

    mark = "none"

    def name(self, content: bytes) -> str:
        return hashlib.sha256(content).hexdigest()

    def close(self, content: bytes, name: str) -> bytes:  # noqa: ARG002 what is in the open is named by its hash
        return content

    def open(self, kept: bytes, name: str) -> bytes:  # noqa: ARG002
        return kept


class KeySeal:
    """AES-256 in Galois/Counter mode, the name as associated data. Names tell nothing without the key."""

    def __init__(self, key: bytes) -> None:
        # A key for each purpose, so that nothing that one makes helps with another.
        self._naming = hmac.digest(key, b"name chunks", "sha256")
        self._cipher = AESGCM(hmac.digest(key, b"seal chunks", "sha256"))
        self.mark = f"AES-256-GCM {hmac.digest(key, b'tell keys apart', 'sha256').hex()[:16]}"

    def name(self, content: bytes) -> str:
        return hmac.digest(self._naming, content, "sha256").hex()

    def close(self, content: bytes, name: str) -> bytes:
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, content, name.encode())

    def open(self, kept: bytes, name: str) -> bytes:
        try:
            return self._cipher.decrypt(kept[:_NONCE_BYTES], kept[_NONCE_BYTES:], name.encode())
        except (InvalidTag, ValueError):
            raise BackupUnusable(f"{name} of the backup was changed or is damaged; use another backup.") from None


def key_from(text: str) -> bytes | None:
    """Return the key that a text is, in base64; None when it is none."""
    try:
        key = b64decode(text.strip(), validate=True)
    except (NotBase64, ValueError):
        return None
    return key if len(key) == KEY_BYTES else None

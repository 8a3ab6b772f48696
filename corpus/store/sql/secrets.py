"""What was made at random with a store, and tells it from every other."""

from __future__ import annotations

import hashlib

from sqlalchemy import Connection, select

from corpus.store.sql.schema import STORE_SECRET, secret_table


def store_identity(connection: Connection) -> str:
    """Return a hash, which tells nothing of the secret; copies of a store have the same."""
    chosen = select(secret_table.c.value).where(secret_table.c.name == STORE_SECRET)
    secret: bytes = connection.execute(chosen).scalar_one()
    return hashlib.sha256(b"store" + secret).hexdigest()

"""The service's own store, in the same database: keys, how often each was used, feedback, its secret.

Each of these transactions writes a row or two; they come in between those of the store's writer.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, date, datetime
from typing import Any, Self, cast

from sqlalchemy import Row, delete, func, insert, select, update

from corpus.access import Grant, Key, Scope
from corpus.feedback import Feedback, Rating
from corpus.store.sql.bounds import bounds_as_json, bounds_from_json
from corpus.store.sql.database import Database
from corpus.store.sql.dialects import merging
from corpus.store.sql.schema import feedback_table, key_table, key_usage_table, secret_table
from corpus.store.sql.types import without_zone

LINK_SECRET = "links"  # noqa: S105 its name, not the secret


class SqlServiceStore:
    """`corpus.store.service_protocols.ServiceStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.keys = SqlKeys(database)
        self.quotas = SqlQuotas(database)
        self.feedback = SqlFeedback(database)

    def link_secret(self) -> bytes:
        chosen = select(secret_table.c.value).where(secret_table.c.name == LINK_SECRET)
        with self._database.reading() as connection:
            return cast(bytes, connection.execute(chosen).scalar_one())

    def close(self) -> None:
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class SqlKeys:
    """`corpus.store.service_protocols.KeyStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> list[Key]:
        with self._database.reading() as connection:
            return [_as_key(row) for row in connection.execute(select(key_table).order_by(key_table.c.created))]

    def add(self, key: Key) -> None:
        with self._database.noting() as connection:
            connection.execute(insert(key_table), _key_row(key))

    def revoke(self, key_id: str) -> bool:
        with self._database.noting() as connection:
            now = func.coalesce(key_table.c.revoked, _now())
            revoked = update(key_table).where(key_table.c.id == key_id).values(revoked=now)
            return connection.execute(revoked).rowcount > 0


class SqlQuotas:
    """`corpus.store.service_protocols.QuotaStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def requests_on(self, day: date) -> dict[str, int]:
        chosen = select(key_usage_table.c.key_id, key_usage_table.c.requests).where(key_usage_table.c.day == day)
        with self._database.reading() as connection:
            return {row.key_id: row.requests for row in connection.execute(chosen)}

    def add(self, requests: Mapping[tuple[str, date], int]) -> None:
        rows = [{"key_id": key_id, "day": day, "requests": more} for (key_id, day), more in requests.items()]
        if not rows:
            return
        with self._database.noting() as connection:
            added = merging(connection, key_usage_table)
            total = key_usage_table.c.requests + added.excluded.requests
            connection.execute(
                added.on_conflict_do_update(index_elements=["key_id", "day"], set_={"requests": total}), rows
            )


class SqlFeedback:
    """`corpus.store.service_protocols.FeedbackStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> list[Feedback]:
        with self._database.reading() as connection:
            rows = connection.execute(select(feedback_table).order_by(feedback_table.c.position))
            return [_as_feedback(row) for row in rows]

    def add(self, feedback: Feedback) -> None:
        with self._database.noting() as connection:
            connection.execute(
                insert(feedback_table), {**asdict(feedback), "received": without_zone(feedback.received)}
            )

    def remove(self, before: date) -> int:
        with self._database.alone():
            with self._database.noting() as connection:
                midnight = datetime(before.year, before.month, before.day)  # noqa: DTZ001 kept without a zone
                removed = connection.execute(delete(feedback_table).where(feedback_table.c.received < midnight))
                self._database.ask_for_scrub(connection)
            self._database.scrub()
        return removed.rowcount


def _key_row(key: Key) -> dict[str, object]:
    grant = key.grant
    return {
        "id": key.id,
        "name": key.name,
        "digest": key.digest,
        "scopes": json.dumps(grant.scopes),
        "bounds": bounds_as_json(grant.bounds),
        "publishable": grant.publishable,
        "origins": json.dumps(grant.origins),
        "requests_per_minute": grant.requests_per_minute,
        "requests_per_day": grant.requests_per_day,
        "created": without_zone(key.created),
        "revoked": key.revoked and without_zone(key.revoked),
    }


def _as_key(row: Row[Any]) -> Key:
    grant = Grant(
        scopes=tuple(map(Scope, json.loads(row.scopes))),
        bounds=bounds_from_json(row.bounds),
        publishable=row.publishable,
        origins=tuple(json.loads(row.origins)),
        requests_per_minute=row.requests_per_minute,
        requests_per_day=row.requests_per_day,
    )
    revoked = row.revoked and row.revoked.replace(tzinfo=UTC)
    return Key(row.id, row.name, row.digest, grant, row.created.replace(tzinfo=UTC), revoked)


def _as_feedback(row: Row[Any]) -> Feedback:
    return Feedback(
        answer_id=row.answer_id,
        rating=cast(Rating, row.rating),
        comment=row.comment,
        question=row.question,
        answer=row.answer,
        received=row.received.replace(tzinfo=UTC),
        key_id=row.key_id,
    )


def _now() -> datetime:
    return without_zone(datetime.now(UTC))

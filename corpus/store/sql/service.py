"""The service's own store, in the same database: keys, how often each was used, feedback, questions, its secret.

Each of these transactions writes a row or two; they come in between those of the store's writer.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from typing import Any, Self, cast

from sqlalchemy import Connection, Row, and_, delete, func, insert, select, update

from corpus.access import FormerText, Grant, Key, Scope
from corpus.feedback import Feedback, Rating
from corpus.link_secret import LinkSecret, rotated_secret
from corpus.store.sql.asked import SqlAsked
from corpus.store.sql.bounds import bounds_as_json, bounds_from_json
from corpus.store.sql.database import Database
from corpus.store.sql.dialects import merging
from corpus.store.sql.schema import feedback_table, key_table, key_usage_table, secret_table
from corpus.store.sql.types import without_zone

_LINK_SECRET = "links"  # noqa: S105 its name, not the secret


class SqlServiceStore:
    """`corpus.store.service_protocols.ServiceStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.keys = SqlKeys(database)
        self.quotas = SqlQuotas(database)
        self.feedback = SqlFeedback(database)
        self.asked = SqlAsked(database)

    def link_secret(self) -> LinkSecret:
        with self._database.reading() as connection:
            return _link_secret(connection)

    def rotate_link_secret(self, grace: timedelta) -> LinkSecret:
        with self._database.noting() as connection:
            secret = rotated_secret(_link_secret(connection), grace, datetime.now(UTC))
            row = {
                "value": secret.present,
                "rotated": secret.rotated and without_zone(secret.rotated),
                "former": secret.former,
                "former_until": secret.former_until and without_zone(secret.former_until),
            }
            connection.execute(update(secret_table).where(secret_table.c.name == _LINK_SECRET).values(row))
        return secret

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

    def rotate(self, key: Key, rotated: Key) -> bool:
        is_as_read = and_(key_table.c.id == key.id, key_table.c.digest == key.digest, key_table.c.revoked.is_(None))
        with self._database.noting() as connection:
            return connection.execute(update(key_table).where(is_as_read).values(_key_row(rotated))).rowcount > 0

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


def _link_secret(connection: Connection) -> LinkSecret:
    row = connection.execute(select(secret_table).where(secret_table.c.name == _LINK_SECRET)).one()
    return LinkSecret(row.value, _in_utc(row.rotated), row.former, _in_utc(row.former_until))


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
        "expires": key.expires and without_zone(key.expires),
        "rotated": key.rotated and without_zone(key.rotated),
        "former_digest": key.former and key.former.digest,
        "former_until": key.former and without_zone(key.former.until),
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
    return Key(
        id=row.id,
        name=row.name,
        digest=row.digest,
        grant=grant,
        created=row.created.replace(tzinfo=UTC),
        revoked=_in_utc(row.revoked),
        expires=_in_utc(row.expires),
        rotated=_in_utc(row.rotated),
        former=FormerText(row.former_digest, row.former_until.replace(tzinfo=UTC)) if row.former_digest else None,
    )


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


def _in_utc(moment: datetime | None) -> datetime | None:
    return moment and moment.replace(tzinfo=UTC)


def _now() -> datetime:
    return without_zone(datetime.now(UTC))

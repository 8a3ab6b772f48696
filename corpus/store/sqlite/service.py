"""What the service itself keeps in the catalog's file: keys, how often each was used, feedback, its secret.

None of it needs the writer's lock. Serving goes on while articles are ingested, and each of these transactions
writes a row or two; SQLite lets them in between the writer's. docs/adr/0013 has what that costs.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Self, cast

from sqlalchemy import Row, delete, func, insert, select, update
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from corpus.access import Grant, Key, Scope
from corpus.article import ArticleFilter
from corpus.errors import CatalogTooOld
from corpus.feedback import Feedback, Rating
from corpus.store.sqlite import CATALOG_FILE, Catalog
from corpus.store.sqlite.database import Database
from corpus.store.sqlite.engine import ask_for_scrub, open_engine
from corpus.store.sqlite.schema import feedback_table, key_table, key_usage_table, secret_table
from corpus.store.writer_lock import writer_lock

LINK_SECRET = "links"  # noqa: S105 its name, not the secret


class ServiceRecords(Database):
    """Safe to use from several threads and processes. Everything may raise DataFolderUnusable and DataFolderBusy."""

    def __init__(self, folder: Path, patience: float | None) -> None:
        super().__init__(folder, folder / CATALOG_FILE, writer=None)
        self._engine = open_engine(self._file, patience=patience)

    @classmethod
    def open(cls, folder: Path, patience: float | None = None) -> Self:
        """Over the catalog in `folder`, which is made when there is none and migrated when it is older.

        `patience`, in seconds, is how long anything waits for another's transaction before DataFolderBusy.
        """
        try:
            Catalog.open(folder).close()
        except CatalogTooOld:
            Catalog.open_writer(folder).close()
        return cls(folder, patience)

    def all_keys(self) -> list[Key]:
        """All that were ever made, revoked ones too, oldest first."""
        with self._reading() as connection:
            return [_as_key(row) for row in connection.execute(select(key_table).order_by(key_table.c.created))]

    def add_key(self, key: Key) -> None:
        with self._noting() as connection:
            connection.execute(insert(key_table), _key_row(key))

    def revoke_key(self, key_id: str) -> bool:
        """Whether there was such a key; one that is revoked stays so, with its first date."""
        with self._noting() as connection:
            now = func.coalesce(key_table.c.revoked, _now())
            revoked = update(key_table).where(key_table.c.id == key_id).values(revoked=now)
            return connection.execute(revoked).rowcount > 0

    def requests_on(self, day: date) -> dict[str, int]:
        """Key id -> how many requests it has made on this UTC day; keys without any are left out."""
        chosen = select(key_usage_table.c.key_id, key_usage_table.c.requests).where(key_usage_table.c.day == day)
        with self._reading() as connection:
            return {row.key_id: row.requests for row in connection.execute(chosen)}

    def add_requests(self, requests: Mapping[tuple[str, date], int]) -> None:
        """Count further requests, by key id and UTC day, on top of those that are kept."""
        rows = [{"key_id": key_id, "day": day, "requests": more} for (key_id, day), more in requests.items()]
        if not rows:
            return
        added = sqlite_insert(key_usage_table)
        total = key_usage_table.c.requests + added.excluded.requests
        with self._noting() as connection:
            connection.execute(
                added.on_conflict_do_update(index_elements=["key_id", "day"], set_={"requests": total}), rows
            )

    def add_feedback(self, feedback: Feedback) -> None:
        with self._noting() as connection:
            connection.execute(
                insert(feedback_table), {**asdict(feedback), "received": _without_zone(feedback.received)}
            )

    def feedback(self) -> list[Feedback]:
        """All of it, in the order in which it came."""
        with self._reading() as connection:
            rows = connection.execute(select(feedback_table).order_by(feedback_table.c.position))
            return [_as_feedback(row) for row in rows]

    def remove_feedback(self, before: date) -> int:
        """Purge what was received before this UTC day, as articles are purged; how much it was.

        Raises DataFolderBusy while a writer is at work: the catalog's file is rewritten.
        """
        with writer_lock(self.folder):
            with self._noting() as connection:
                midnight = datetime(before.year, before.month, before.day)  # noqa: DTZ001 kept without a zone
                removed = connection.execute(delete(feedback_table).where(feedback_table.c.received < midnight))
                ask_for_scrub(connection)
            self._scrub()
        return removed.rowcount

    def link_secret(self) -> bytes:
        """32 random bytes, made with the catalog, by which links to reading pages are signed."""
        chosen = select(secret_table.c.value).where(secret_table.c.name == LINK_SECRET)
        with self._reading() as connection:
            return cast(bytes, connection.execute(chosen).scalar_one())


def _key_row(key: Key) -> dict[str, object]:
    grant = key.grant
    return {
        "id": key.id,
        "name": key.name,
        "digest": key.digest,
        "scopes": json.dumps(grant.scopes),
        "bounds": json.dumps(
            {
                "publisher": grant.bounds.publisher,
                "language": grant.bounds.language,
                "article_id": grant.bounds.article_id,
            }
        ),
        "publishable": grant.publishable,
        "origins": json.dumps(grant.origins),
        "requests_per_minute": grant.requests_per_minute,
        "requests_per_day": grant.requests_per_day,
        "created": _without_zone(key.created),
        "revoked": key.revoked and _without_zone(key.revoked),
    }


def _as_key(row: Row[Any]) -> Key:
    bounds: dict[str, Any] = {name: tuple(values) for name, values in json.loads(row.bounds).items()}
    grant = Grant(
        scopes=tuple(map(Scope, json.loads(row.scopes))),
        bounds=ArticleFilter(**bounds),
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
    return _without_zone(datetime.now(UTC))


def _without_zone(moment: datetime) -> datetime:
    # SQLite's dates know no zone; all of ours are UTC.
    return moment.astimezone(UTC).replace(tzinfo=None)

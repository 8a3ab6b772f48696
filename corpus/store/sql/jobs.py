"""The queue of what was posted: on the disk before anybody is told, dealt with by the one writer, in order.

Where several writers share the store, each takes the first job that no other has; `job_order` keeps what comes of it
the same.
"""

from __future__ import annotations

import hashlib
import uuid
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, case, delete, func, insert, or_, select, update

from corpus.article import Action, Outcome
from corpus.errors import KeyReused, QueueFull, UnknownJob
from corpus.job import (
    FINISHED_JOBS_KEPT,
    KEY_LIFETIME,
    MOST_WAITING_BYTES,
    Job,
    JobKind,
    JobStatus,
    PostedSource,
    ReadSource,
    WaitingJob,
    WaitingSource,
    name_in_jobs,
)
from corpus.store.sql.database import Database
from corpus.store.sql.dialects import announce, insert_numbered
from corpus.store.sql.intake import normalized_text_hashes
from corpus.store.sql.job_order import refuse_unsplit, without_outdated
from corpus.store.sql.job_outcomes import DELETED_LATER, keep_sources, note_outcomes, settled, with_shared_addresses
from corpus.store.sql.schema import article_table, job_source_table, job_table
from corpus.store.sql.types import without_zone

_BEHIND_ALL = 2**63 - 1
"""No job has so high a number."""

_LEFT_OVER = 0
"""No job has so low a number: what was left over is claimed as if it were one."""

_DELETED_ID = func.coalesce(job_source_table.c.article_id, job_source_table.c.name)
"""Of an article to delete: until its job is begun, only the name holds its id."""

_UNFINISHED = (JobStatus.QUEUED, JobStatus.RUNNING)

_ACTIONS = {name_in_jobs(action): action for action in Action}
_NOT_STORED = "No such article."
_QUARANTINED = (
    "The process that ingests ended over some of the articles several times; they are kept in quarantine, which "
    "`assistant jobs list` shows and `assistant jobs retry` ends."
)

_WAITS = and_(job_source_table.c.fate.is_(None), job_source_table.c.quarantined.is_(None))
_IN_QUARANTINE = and_(job_source_table.c.fate.is_(None), job_source_table.c.quarantined.is_not(None))

_IS_NOT_DONE = or_(
    job_table.c.status.in_(_UNFINISHED), job_table.c.number.in_(select(job_source_table.c.job).where(_IN_QUARANTINE))
)


class SqlJobs:
    """`corpus.store.protocols.JobStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def accept(self, kind: JobKind, sources: Sequence[PostedSource], key: str | None = None) -> Job:
        content = _digest_of(kind, sources)
        with self._database.noting() as connection:
            if key is not None and (known := _repeated(connection, key, content)):
                return known
            if kind is JobKind.INGEST:
                self._database.refuse_when_full()
            _refuse_too_much(connection, sum(len(source.body) for source in sources))
            number = _insert(connection, kind, sources, key, content)
            return _as_job(connection.execute(select(job_table).where(job_table.c.number == number)).one())

    def repeated(self, key: str, kind: JobKind, sources: Sequence[PostedSource]) -> Job | None:
        with self._database.reading() as connection:
            return _repeated(connection, key, _digest_of(kind, sources))

    def get(self, job_id: str) -> Job:
        with self._database.reading() as connection:
            row = connection.execute(select(job_table).where(job_table.c.id == job_id)).one_or_none()
        if row is None:
            raise UnknownJob("No job has this id; finished ones are kept for a week.")
        return _as_job(row)

    def outcomes(self, number: int) -> dict[int, Outcome]:
        with self._database.reading() as connection:
            chosen = _of_job(number).where(job_source_table.c.fate.is_not(None))
            return {row.position: _as_outcome(row) for row in connection.execute(chosen)}

    def next(self, after: int = 0) -> Job | None:
        unfinished = (job_table.c.status.in_(_UNFINISHED), job_table.c.number > after)
        chosen = select(job_table).where(*unfinished).order_by(job_table.c.number).limit(1)
        with self._database.reading() as connection:
            row = connection.execute(chosen).one_or_none()
        return _as_job(row) if row else None

    def count_unfinished(self) -> int:
        with self._database.reading() as connection:
            chosen = select(func.count()).select_from(job_table).where(job_table.c.status.in_(_UNFINISHED))
            return int(connection.execute(chosen).scalar_one())

    def oldest_unfinished(self) -> datetime | None:
        chosen = select(func.min(job_table.c.accepted)).where(job_table.c.status.in_(_UNFINISHED))
        with self._database.reading() as connection:
            accepted: datetime | None = connection.execute(chosen).scalar_one()
        return accepted and accepted.replace(tzinfo=UTC)

    def count_outcomes(self) -> dict[Action, int]:
        fate = job_source_table.c.fate
        chosen = select(fate, func.count()).where(fate.is_not(None)).group_by(fate)
        with self._database.reading() as connection:
            found = {_ACTIONS[fate]: number for fate, number in connection.execute(chosen)}
        return {action: found.get(action, 0) for action in Action}

    def take(self, after: int = 0) -> Job | None:
        while (job := self.next(after)) is not None:
            if job.kind is JobKind.DELETE:
                return job
            if self._database.claim(job.number):
                known = self.next(after=job.number - 1)  # another may have been at it in between
                if known and known.number == job.number:
                    return known
                self._database.release([job.number])
            after = job.number
        return None

    def take_left_over(self) -> bool:
        return self._database.claim(_LEFT_OVER)

    def is_any_free(self) -> bool:
        claimed = self._database.claimed_jobs()
        if not claimed:
            return self.next() is not None
        is_free = (job_table.c.status.in_(_UNFINISHED), job_table.c.number.not_in(claimed))
        first_deletion = select(func.coalesce(func.min(job_table.c.number), _BEHIND_ALL)).where(
            job_table.c.kind == JobKind.DELETE, job_table.c.status.in_(_UNFINISHED)
        )
        chosen = select(job_table.c.number).where(*is_free, job_table.c.kind == JobKind.INGEST)
        with self._database.reading() as connection:
            first = connection.execute(first_deletion).scalar_one()
            if connection.execute(chosen.where(job_table.c.number < first).limit(1)).first():
                return True
            return first != _BEHIND_ALL and any(number not in claimed for number, _ in _due_deletions(connection))

    def waiting(self) -> list[WaitingJob]:
        chosen = select(job_table).where(_IS_NOT_DONE)
        kept = select(job_source_table.c.job, job_source_table.c.name, job_source_table.c.position)
        with self._database.reading() as connection:
            jobs = [_as_job(row) for row in connection.execute(chosen.order_by(job_table.c.number))]
            names: dict[int, list[str]] = {}
            for job, name, position in connection.execute(kept.where(_IN_QUARANTINE)):
                names.setdefault(job, []).append(name or f"number {position + 1}")
        return [WaitingJob(job, tuple(names.get(job.number, ()))) for job in jobs]

    def count_quarantined(self) -> int:
        with self._database.reading() as connection:
            chosen = select(func.count()).select_from(job_source_table).where(_IN_QUARANTINE)
            return int(connection.execute(chosen).scalar_one())

    def quarantine(self, number: int, position: int) -> None:
        place = (job_source_table.c.job == number, job_source_table.c.position == position)
        with self._database.writing() as connection:
            connection.execute(update(job_source_table).where(*place).values(quarantined=_now()))
            connection.execute(update(job_table).where(job_table.c.number == number).values(deaths=0))

    def retry(self, job_id: str) -> int:
        number = self.get(job_id).number
        again = {"status": JobStatus.QUEUED, "deaths": 0, "finished": None, "failure": None}
        with self._database.noting() as connection:
            waits = update(job_source_table).where(job_source_table.c.job == number, _IN_QUARANTINE)
            count = connection.execute(waits.values(quarantined=None)).rowcount
            if count:
                connection.execute(update(job_table).where(job_table.c.number == number).values(**again))
                announce(connection)
        return count

    def due_deletions(self) -> list[tuple[int, str]]:
        with self._database.reading() as connection:
            due = _due_deletions(connection)
        if not due:
            return []
        claimed = {number for number, _ in due if self._database.claim(number)}
        with self._database.reading() as connection:  # another may have been done with some in between
            due = [(number, article_id) for number, article_id in _due_deletions(connection) if number in claimed]
        self._database.release(claimed.difference(number for number, _ in due))
        return due

    def without_outdated(self, number: int, read: Sequence[ReadSource]) -> list[ReadSource]:
        with self._database.reading() as connection:
            return without_outdated(connection, number, read)

    def waiting_sources(self, number: int, most: int, most_bytes: int) -> list[WaitingSource]:
        chosen = _of_job(number).where(_WAITS).limit(most)
        waiting: list[WaitingSource] = []
        with self._database.reading() as connection:
            for row in connection.execute(chosen):
                most_bytes -= len(row.body)
                if waiting and most_bytes < 0:
                    break
                source = PostedSource(row.name, row.kind, row.body)
                waiting.append(WaitingSource(row.position, source))
        return waiting

    def begin(self, number: int) -> None:
        with self._database.writing() as connection:
            connection.execute(
                update(job_table)
                .where(job_table.c.number == number)
                .values(
                    status=JobStatus.RUNNING,
                    started=func.coalesce(job_table.c.started, _now()),
                    deaths=job_table.c.deaths + 1,
                )
            )

    def excuse(self, number: int) -> None:
        self._note_deaths(number, case((job_table.c.deaths > 0, job_table.c.deaths - 1), else_=0))

    def note_progress(self, number: int) -> None:
        self._note_deaths(number, case((job_table.c.deaths > 1, 1), else_=job_table.c.deaths))

    def _note_deaths(self, number: int, deaths: ColumnElement[int]) -> None:
        with self._database.writing() as connection:
            connection.execute(update(job_table).where(job_table.c.number == number).values(deaths=deaths))

    def settle(self, number: int, read: Sequence[ReadSource], splitter: str, deaths: int = 0) -> list[Outcome]:
        hashes = normalized_text_hashes(self._database, [one.split.article for one in read if one.split is not None])
        with self._database.writing() as connection:
            if self._database.has_other_writers:
                read = without_outdated(connection, number, read)
            outcomes = [settled(connection, one, splitter, hashes) for one in read]
            if self._database.has_other_writers:
                refuse_unsplit(read, [outcome.action for outcome in outcomes])
            keep_sources(connection, number, read, outcomes)
            outcomes = with_shared_addresses(connection, read, outcomes)
            note_outcomes(connection, number, read, outcomes, deaths)
            if is_deleted := any(one.is_deleted for one in read):
                self._database.ask_for_scrub(connection)
        if is_deleted:
            self._database.scrub()
        return outcomes

    def note_articles(self, number: int, read: Sequence[ReadSource]) -> None:
        with self._database.writing() as connection:
            for one in read:
                if one.split is not None:
                    place = (job_source_table.c.job == number, job_source_table.c.position == one.position)
                    noted = update(job_source_table).where(*place).values(article_id=one.split.article.id)
                    connection.execute(noted)

    def begin_deletions(self, numbers: Collection[int]) -> None:
        external_id = (
            select(article_table.c.external_id).where(article_table.c.id == job_source_table.c.name).scalar_subquery()
        )
        noted: dict[str, Any] = {
            "article_id": job_source_table.c.name,
            "name": func.coalesce(external_id, ""),
            "fate": case((external_id.is_(None), Action.REJECTED)),
            "reason": case((external_id.is_(None), _NOT_STORED)),
        }
        is_new = (job_source_table.c.job.in_(numbers), job_source_table.c.article_id.is_(None))
        begun = {"status": JobStatus.RUNNING, "started": func.coalesce(job_table.c.started, _now())}
        with self._database.writing() as connection:
            connection.execute(update(job_source_table).where(*is_new).values(**noted))
            connection.execute(update(job_table).where(job_table.c.number.in_(numbers)).values(**begun))
            if _let_go_of_deleted(connection, numbers):
                self._database.ask_for_scrub(connection)

    def settle_deletions(self, numbers: Collection[int]) -> None:
        fate = func.coalesce(job_source_table.c.fate, Action.DELETED)
        done = {"status": JobStatus.DONE, "finished": _now(), "done": job_table.c.total}
        self._database.scrub()  # of what was let go of for articles that were not stored
        with self._database.writing() as connection:
            sources = job_source_table.c.job.in_(numbers)
            connection.execute(update(job_source_table).where(sources).values(fate=fate, body=None))
            connection.execute(update(job_table).where(job_table.c.number.in_(numbers)).values(**done))
            announce(connection)  # others may have waited for it
        self._database.release(numbers)

    def finish(self, numbers: Collection[int]) -> None:
        # A retry may have come since they were dealt with.
        waits_again = job_table.c.number.in_(
            select(job_source_table.c.job).where(job_source_table.c.job.in_(numbers), _WAITS)
        )
        failed = job_table.c.number.in_(select(job_source_table.c.job).where(_IN_QUARANTINE))
        values = {
            "status": case((failed, JobStatus.FAILED), else_=JobStatus.DONE),
            "finished": _now(),
            "failure": case((failed, _QUARANTINED)),
        }
        is_over = (job_table.c.number.in_(numbers), ~waits_again)
        with self._database.writing() as connection:
            connection.execute(update(job_table).where(*is_over).values(**values))
            announce(connection)  # a deletion may have waited for it
        self._database.release(numbers)

    def forget_old(self) -> None:
        # A retry must not undo what was asked for later.
        first_needed = select(func.coalesce(func.min(job_table.c.number), _BEHIND_ALL)).where(_IS_NOT_DONE)
        is_old = job_table.c.finished < _now() - FINISHED_JOBS_KEPT
        with self._database.writing() as connection:
            connection.execute(delete(job_table).where(is_old, job_table.c.number < first_needed.scalar_subquery()))


def _due_deletions(connection: Connection) -> list[tuple[int, str]]:
    is_stored = select(article_table.c.id).where(article_table.c.id == job_source_table.c.name).exists()
    waiting = (job_table.c.kind == JobKind.INGEST, job_table.c.status.in_(_UNFINISHED))
    first = select(func.coalesce(func.min(job_table.c.number), _BEHIND_ALL)).where(*waiting).scalar_subquery()
    has_begun = job_table.c.status == JobStatus.RUNNING
    chosen = (
        select(job_table.c.number, _DELETED_ID)
        .join_from(job_table, job_source_table)
        .where(job_table.c.kind == JobKind.DELETE, job_table.c.status.in_(_UNFINISHED))
        .where(or_(has_begun, is_stored, job_table.c.number < first))
        .order_by(job_table.c.number, job_source_table.c.position)
    )
    return [(number, article_id) for number, article_id in connection.execute(chosen)]


def _let_go_of_deleted(connection: Connection, deletions: Collection[int]) -> bool:
    """Reject what is in quarantine and was posted before these jobs for articles that they delete; say if any was."""
    later = job_source_table.alias()
    is_deleted = select(later.c.job).where(
        later.c.job.in_(deletions),
        later.c.job > job_source_table.c.job,
        later.c.article_id == job_source_table.c.article_id,
    )
    held = (_IN_QUARANTINE, is_deleted.exists())
    jobs = list(connection.execute(select(job_source_table.c.job).where(*held)).scalars())
    if not jobs:
        return False
    let_go = {"fate": Action.REJECTED, "reason": DELETED_LATER, "article_id": None, "body": None, "quarantined": None}
    connection.execute(update(job_source_table).where(*held).values(**let_go))
    for job, count in Counter(jobs).items():
        changed = update(job_table).where(job_table.c.number == job)
        connection.execute(changed.values(done=job_table.c.done + count))
        has_quarantined = select(job_source_table.c.job).where(job_source_table.c.job == job, _IN_QUARANTINE).exists()
        is_over = (job_table.c.status == JobStatus.FAILED, ~has_quarantined)
        connection.execute(changed.where(*is_over).values(status=JobStatus.DONE, failure=None))
    return True


def _repeated(connection: Connection, key: str, content: str) -> Job | None:
    chosen = select(job_table).where(
        job_table.c.repeat_key == _digest_of_key(key), job_table.c.accepted > _now() - KEY_LIFETIME
    )
    known = connection.execute(chosen.order_by(job_table.c.number.desc()).limit(1)).one_or_none()
    if known is None:
        return None
    if known.content_hash != content:
        raise KeyReused("Another request was sent under this idempotency key within a day; take a new key.")
    return _as_job(known)


def _refuse_too_much(connection: Connection, more: int) -> None:
    waiting = select(func.sum(job_table.c.bytes)).where(job_table.c.status.in_(_UNFINISHED))
    if (connection.execute(waiting).scalar_one() or 0) + more > MOST_WAITING_BYTES:
        raise QueueFull("A gigabyte of articles waits to be ingested; try again when some of it is done.")


def _insert(
    connection: Connection,
    kind: JobKind,
    sources: Sequence[PostedSource],
    key: str | None,
    content: str,
) -> int:
    row = {
        "id": f"job_{uuid.uuid4().hex}",
        "kind": kind,
        "status": JobStatus.QUEUED,
        "accepted": _now(),
        "total": len(sources),
        "done": 0,
        "deaths": 0,
        "bytes": sum(len(source.body) for source in sources),
        "repeat_key": None if key is None else _digest_of_key(key),
        "content_hash": content,
    }
    number = insert_numbered(connection, job_table, row)
    rows = [
        {
            "job": number,
            "position": position,
            "name": source.name,
            "kind": source.format,
            "warnings": "",
            "body": source.body,
        }
        for position, source in enumerate(sources)
    ]
    connection.execute(insert(job_source_table), rows)
    announce(connection)
    return number


def _of_job(number: int) -> Select[tuple[Any, ...]]:
    return select(job_source_table).where(job_source_table.c.job == number).order_by(job_source_table.c.position)


def _as_job(row: Row[tuple[object, ...]]) -> Job:
    return Job(
        number=row.number,
        id=row.id,
        kind=JobKind(row.kind),
        status=JobStatus(row.status),
        accepted=row.accepted.replace(tzinfo=UTC),
        started=row.started and row.started.replace(tzinfo=UTC),
        finished=row.finished and row.finished.replace(tzinfo=UTC),
        total=row.total,
        done=row.done,
        deaths=row.deaths,
        failure=row.failure,
    )


def _as_outcome(row: Row[tuple[object, ...]]) -> Outcome:
    return Outcome(
        article_id=row.article_id,
        external_id=row.name,
        action=_ACTIONS[row.fate],
        other=row.other,
        reason=row.reason,
        warnings=tuple(row.warnings.splitlines()),
    )


def _digest_of(kind: JobKind, sources: Iterable[PostedSource]) -> str:
    """Hash each part with its length before it, so that none runs into the next."""
    digest = hashlib.sha256(kind.encode())
    for source in sources:
        for part in (source.name.encode("utf-8", "surrogatepass"), source.format.encode(), source.body):
            digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()


def _digest_of_key(key: str) -> str:
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()


def _now() -> datetime:
    return without_zone(datetime.now(UTC))

"""The order of jobs: later ones may be dealt with before earlier ones, and in the end what was asked for last holds."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, select

from corpus.article import Action
from corpus.errors import ChangedMeanwhile
from corpus.job import JobKind, ReadSource, name_in_jobs
from corpus.store.sql.schema import job_source_table, job_table

STORED = (Action.CREATED, Action.UPDATED, Action.REREAD, Action.UNCHANGED, Action.DUPLICATE)

_REPLACED_LATER = "A later request replaced it."


def without_outdated(connection: Connection, number: int, read: Sequence[ReadSource]) -> list[ReadSource]:
    """`corpus.store.protocols.JobStore.without_outdated`, in the caller's transaction."""
    deleted, taken_in = _deleted_after(connection, number), _places_taken_in(connection, number)

    def reject_outdated(one: ReadSource) -> ReadSource:
        if one.split is None:
            return one
        if one.split.article.id in deleted:
            return ReadSource(one.position, is_deleted=True)
        here = (number, one.position)
        is_replaced = taken_in.get(one.split.article.id, here) > here
        return ReadSource(one.position, reason=_REPLACED_LATER) if is_replaced else one

    return [reject_outdated(one) for one in read]


def refuse_unsplit(read: Sequence[ReadSource], actions: Sequence[Action]) -> None:
    """Raise ChangedMeanwhile when an article was stored that seemed to need no passages when it was looked at."""
    changed = (Action.CREATED, Action.UPDATED, Action.REREAD)
    for one, action in zip(read, actions, strict=True):
        if one.split is not None and one.split.passages is None and action in changed:
            raise ChangedMeanwhile("An article was changed by another process while it was read; it is read again.")


def _deleted_after(connection: Connection, number: int) -> set[str]:
    """Ids of articles that later jobs delete which somebody has set about."""
    chosen = (
        select(job_source_table.c.article_id)
        .join(job_table)
        .where(job_table.c.kind == JobKind.DELETE, job_table.c.number > number)
        .where(job_source_table.c.article_id.is_not(None))
    )
    return set(connection.execute(chosen).scalars())


def _places_taken_in(connection: Connection, number: int) -> dict[str, tuple[int, int]]:
    """Job number and position of the last source, in this job or one after it, that each article is from."""
    chosen = (
        select(job_source_table.c.article_id, job_table.c.number, job_source_table.c.position)
        .join(job_table)
        # Without those that only wait, their sources are not looked at.
        .where(job_table.c.number >= number, job_table.c.kind == JobKind.INGEST, job_table.c.done > 0)
        .where(job_source_table.c.fate.in_([name_in_jobs(action) for action in STORED]))
        .order_by(job_table.c.number, job_source_table.c.position)
    )
    found = connection.execute(chosen)
    return {article_id: (job, position) for article_id, job, position in found}

"""What becomes of the sources of a job: articles are stored, their sources kept, outcomes noted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import Connection, select, update

from corpus.article import Action, Outcome
from corpus.job import ReadSource, name_in_jobs
from corpus.store.sql.dialects import among, replacing
from corpus.store.sql.intake import put_split_article
from corpus.store.sql.job_order import STORED
from corpus.store.sql.schema import (
    article_table,
    current_versions,
    job_source_table,
    job_table,
    posted_source_table,
    version_table,
)

DELETED_LATER = "It was deleted by a later request."
_HELD_ELSEWHERE = "An article with this identity came from another source, which has to be changed there."


def settled(connection: Connection, read: ReadSource, splitter: str, hashes: dict[str, str]) -> Outcome:
    """Store what was read of one source; return what became of it."""
    if read.is_deleted:
        return Outcome(None, "", Action.REJECTED, reason=DELETED_LATER)
    if read.split is None:
        return Outcome(None, "", Action.REJECTED, reason=read.reason, warnings=read.warnings)
    outcome = put_split_article(connection, read.split, splitter, hashes)
    if outcome.action is Action.CONFLICT:
        # Where the other source lies is this machine's affair.
        return replace(outcome, other=None, reason=_HELD_ELSEWHERE, warnings=read.warnings)
    return replace(outcome, warnings=read.warnings)


def keep_sources(connection: Connection, number: int, read: Sequence[ReadSource], outcomes: Sequence[Outcome]) -> None:
    """Keep what articles were made of, so that a better reader can read it again."""
    columns = (job_source_table.c.name, job_source_table.c.kind, job_source_table.c.body)
    for one, outcome in zip(read, outcomes, strict=True):
        if outcome.action not in STORED:
            continue
        place = (job_source_table.c.job == number, job_source_table.c.position == one.position)
        kept = connection.execute(select(*columns).where(*place, job_source_table.c.body.is_not(None))).one_or_none()
        if kept is not None:
            row = {"article_id": outcome.article_id, "name": kept.name, "format": kept.kind, "body": kept.body}
            connection.execute(replacing(connection, posted_source_table), row)


def with_shared_addresses(
    connection: Connection, read: Sequence[ReadSource], outcomes: Sequence[Outcome]
) -> list[Outcome]:
    """Warn of articles that stand at one address: parts of a page may, but who sends them should know."""
    urls = {one.split.article.url for one in read if one.split is not None and one.split.article.url is not None}
    chosen = select(version_table.c.url, article_table.c.id, article_table.c.external_id).select_from(current_versions)
    holders: dict[str, dict[str, str]] = {}
    for url, id_, external_id in connection.execute(chosen.where(among(version_table.c.url, urls))):
        holders.setdefault(url, {})[id_] = external_id

    def warned(one: ReadSource, outcome: Outcome) -> Outcome:
        url = one.split.article.url if one.split else None
        if url is None or outcome.action is Action.CONFLICT:
            return outcome
        others = sorted(name for id_, name in holders.get(url, {}).items() if id_ != outcome.article_id)
        if not others:
            return outcome
        return replace(outcome, warnings=(*outcome.warnings, f"Another article has the same address: {others[0]}."))

    return [warned(one, outcome) for one, outcome in zip(read, outcomes, strict=True)]


def note_outcomes(
    connection: Connection, number: int, read: Sequence[ReadSource], outcomes: Sequence[Outcome], deaths: int
) -> None:
    """Note with the sources of a job what became of them, and how far it is."""
    for one, outcome in zip(read, outcomes, strict=True):
        values: dict[str, object] = {
            "fate": name_in_jobs(outcome.action),
            "article_id": outcome.article_id,
            "other": outcome.other,
            "reason": outcome.reason,
            "warnings": "\n".join(outcome.warnings),
            "body": None,
        }
        place = (job_source_table.c.job == number, job_source_table.c.position == one.position)
        # What could not be read keeps the name that it was sent under.
        named = {"name": outcome.external_id} if outcome.external_id else {}
        connection.execute(update(job_source_table).where(*place).values(**values, **named))
    progress = {"done": job_table.c.done + len(outcomes), "deaths": deaths}
    connection.execute(update(job_table).where(job_table.c.number == number).values(**progress))

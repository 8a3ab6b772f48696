"""Jobs: how far they are, and what became of their articles. Only ingestion speaks of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Literal, cast

from api.wire.body import Body, Text
from corpus.article import Outcome
from corpus.job import Job, JobKind, JobStatus, WaitingJob, name_in_jobs

OutcomeName = Literal["created", "updated", "reread", "unchanged", "duplicate_of", "conflict", "rejected", "deleted"]
"""Names of actions in jobs, as `corpus.job.name_in_jobs` gives them."""


class JobArticleBody(Body):
    """What became of one article of a job. `duplicate_of` is the external id of another one with the same text.

    `external_id` is None for what was never stored and came without any.
    """

    position: int
    external_id: Text | None
    article_id: str | None
    outcome: OutcomeName
    duplicate_of: Text | None
    reason: Text | None
    warnings: list[Text]


class JobBody(Body):
    """How far a job is. `articles` are those that are dealt with; `counts` counts them by outcome."""

    id: str
    object: Literal["job"] = "job"
    kind: JobKind
    status: JobStatus
    created: datetime
    started: datetime | None
    finished: datetime | None
    total: int
    done: int
    counts: dict[OutcomeName, int]
    articles: list[JobArticleBody]
    error: Text | None


class WaitingJobBody(Body):
    """A job that is not done. `quarantined` names its articles that are in quarantine."""

    id: str
    object: Literal["job"] = "job"
    kind: JobKind
    status: JobStatus
    created: datetime
    total: int
    done: int
    quarantined: list[Text]


class WaitingJobsBody(Body):
    """All jobs that are not done, in the order in which they were accepted."""

    object: Literal["list"] = "list"
    data: list[WaitingJobBody]


def waiting_jobs_body(waiting: Sequence[WaitingJob]) -> WaitingJobsBody:
    """Return the body for jobs that are not done."""
    return WaitingJobsBody(
        data=[
            WaitingJobBody(
                id=one.job.id,
                kind=one.job.kind,
                status=one.job.status,
                created=one.job.accepted,
                total=one.job.total,
                done=one.job.done,
                quarantined=list(one.quarantined),
            )
            for one in waiting
        ]
    )


def job_body(job: Job, outcomes: Mapping[int, Outcome] = MappingProxyType({})) -> JobBody:
    """Return the body for a job, with what became of its articles so far, by position."""
    articles = [_article_body(position, outcome) for position, outcome in outcomes.items()]
    return JobBody(
        id=job.id,
        kind=job.kind,
        status=job.status,
        created=job.accepted,
        started=job.started,
        finished=job.finished,
        total=job.total,
        done=job.done,
        counts=Counter(article.outcome for article in articles),
        articles=articles,
        error=job.failure,
    )


def _article_body(position: int, outcome: Outcome) -> JobArticleBody:
    return JobArticleBody(
        position=position,
        external_id=outcome.external_id or None,
        article_id=outcome.article_id,
        outcome=cast("OutcomeName", name_in_jobs(outcome.action)),
        duplicate_of=outcome.other,
        reason=outcome.reason,
        warnings=list(outcome.warnings),
    )

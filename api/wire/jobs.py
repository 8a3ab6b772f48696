"""What goes over the wire about jobs. Beside `api.wire.articles`, since only ingestion speaks of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from api.wire.body import Body, Text
from corpus.job import Fate, Job, JobKind, JobOutcome, JobStatus


class JobArticleBody(Body):
    """What became of one article of a job. `duplicate_of` is the external id of another one with the same text.

    `external_id` is None for what was never stored and came without any.
    """

    position: int
    external_id: Text | None
    article_id: str | None
    outcome: Fate
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
    counts: dict[Fate, int]
    articles: list[JobArticleBody]
    error: Text | None


def job_body(job: Job, outcomes: Sequence[JobOutcome] = ()) -> JobBody:
    """The body for a job, with what became of its articles so far."""
    return JobBody(
        id=job.id,
        kind=job.kind,
        status=job.status,
        created=job.accepted,
        started=job.started,
        finished=job.finished,
        total=job.total,
        done=job.done,
        counts=Counter(outcome.fate for outcome in outcomes),
        articles=[_article_body(outcome) for outcome in outcomes],
        error=job.failure,
    )


def _article_body(outcome: JobOutcome) -> JobArticleBody:
    return JobArticleBody(
        position=outcome.position,
        external_id=outcome.name or None,
        article_id=outcome.article_id,
        outcome=outcome.fate,
        duplicate_of=outcome.other,
        reason=outcome.reason,
        warnings=list(outcome.warnings),
    )

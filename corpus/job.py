"""The nouns of ingestion over a wire: what was posted waits as a job until the one writer has taken it in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from corpus.article import Action, SplitArticle

KEY_LIFETIME = timedelta(hours=24)
"""How long a request can be repeated under its idempotency key."""

FINISHED_JOBS_KEPT = timedelta(days=7)
"""How long a finished job can be asked for."""

MOST_WAITING_BYTES = 1 << 30
"""Of what was posted and is not ingested: a gigabyte is hours of work, and must not fill the disk."""


class JobKind(StrEnum):
    """What is to be done."""

    INGEST = "ingest"
    DELETE = "delete"


class JobStatus(StrEnum):
    """How far it is. `running` again after a kill, until it is `done` or `failed`; a retry makes `failed` `queued`."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


def name_in_jobs(action: Action) -> str:
    """Return the name of an action in jobs, on the disk and over the wire."""
    return "duplicate_of" if action is Action.DUPLICATE else action.value


FIELDS = "fields"
"""The format of a source that was sent as fields in JSON; those of files: see `corpus.readers.formats`."""


@dataclass(frozen=True, slots=True)
class PostedSource:
    """One article as it was sent, or the id of one to delete, which has no body.

    `name` is the file's, or the identity that the fields claim, which may be empty; of an article to delete its id.
    `format` is `FIELDS` or the name of a file's format.
    """

    name: str
    format: str
    body: bytes


@dataclass(frozen=True, slots=True)
class WaitingSource:
    """`position` counts from 0 within the job."""

    position: int
    source: PostedSource


@dataclass(frozen=True, slots=True)
class Job:
    """`number` is its place in the queue, `done` of its `total` sources are dealt with; times are UTC.

    `deaths` counts the processes that began on the source which is next and did not come back, since it last got on;
    one of them remains until all sources are dealt with that the first of them had begun on.
    """

    number: int
    id: str
    kind: JobKind
    status: JobStatus
    accepted: datetime
    started: datetime | None
    finished: datetime | None
    total: int
    done: int
    deaths: int
    failure: str | None


@dataclass(frozen=True, slots=True)
class ReadSource:
    """A waiting source that was read: an article with its passages, or the `reason` why it is none.

    One that `is_deleted` is of an article that a later job deleted: its text must not stay on the disk.
    """

    position: int
    split: SplitArticle | None = None
    reason: str | None = None
    warnings: tuple[str, ...] = ()
    is_deleted: bool = False


@dataclass(frozen=True, slots=True)
class WaitingJob:
    """A job that is not done. `quarantined` are the names of its sources that no process survived, or their positions.

    They are kept, and tried again when somebody says so.
    """

    job: Job
    quarantined: tuple[str, ...]

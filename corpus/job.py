"""The nouns of ingestion over a wire: what was posted waits as a job until the one writer has taken it in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from corpus.article import Article, Passage

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
    """How far it is. `running` again after a kill, until it is `done` or `failed`."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class Fate(StrEnum):
    """What became of one thing that a job was to deal with."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    DUPLICATE_OF = "duplicate_of"
    """Stored like a created one, and the same text is already held by `other`."""
    CONFLICT = "conflict"
    """Not stored: its identity is already held by a source that did not come over the wire."""
    REJECTED = "rejected"
    """Not stored, and `reason` says why."""
    DELETED = "deleted"


class SourceKind(StrEnum):
    """How the bytes of a posted source are to be read: as fields in JSON, or as a file of this format."""

    FIELDS = "fields"
    MARKDOWN = "markdown"
    TEXT = "text"
    HTML = "html"


@dataclass(frozen=True, slots=True)
class PostedSource:
    """One article as it was sent, or the id of one to delete, which has no body.

    `name` is the file's, or the identity that the fields claim, which may be empty; of an article to delete its id.
    """

    name: str
    kind: SourceKind
    body: bytes


@dataclass(frozen=True, slots=True)
class WaitingSource:
    """`position` counts from 0 within the job."""

    position: int
    source: PostedSource


@dataclass(frozen=True, slots=True)
class Job:
    """`number` is its place in the queue, `done` of its `total` sources are dealt with; times are UTC.

    `deaths` counts the processes that began on the source which is next and did not come back.
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
class JobOutcome:
    """`other` is the external id that a duplicate repeats. `warnings` tell what of the article was not taken."""

    position: int
    name: str
    fate: Fate
    article_id: str | None = None
    other: str | None = None
    reason: str | None = None
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReadSource:
    """A waiting source that was read: an article with its passages, or the `reason` why it is none."""

    position: int
    article: Article | None = None
    passages: Sequence[Passage] = ()
    reason: str | None = None
    warnings: tuple[str, ...] = ()

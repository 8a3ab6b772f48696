"""Sources: addresses that are visited again and again, and what became of the last visit."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from api.wire.body import Body, Text
from corpus.source import Source

State = Literal["waiting", "visiting", "done", "failing"]
"""Not visited yet; being visited, or to be visited again after a kill; visited; and visited in vain."""


class ProblemOfPage(Body):
    """Something of a source that was not taken."""

    url: Text
    reason: Text


class SourceBody(Body):
    """A source. `articles` counts what is stored of it, also while it is visited; times are UTC.

    `kind`, `title`, `outcome` and `problems` are of the last visit that ended. `failures` counts the visits in a row
    that failed.
    """

    id: str
    object: Literal["source"] = "source"
    url: Text
    kind: str | None
    title: Text | None
    state: State
    articles: int
    refresh_hours: float
    added: datetime
    last_visit: datetime | None
    next_visit: datetime
    outcome: Text | None
    failures: int
    problems: list[ProblemOfPage]


class SourcesBody(Body):
    """All sources, in the order in which they were added."""

    object: Literal["list"] = "list"
    data: list[SourceBody]


def sources_body(sources: Sequence[Source], default_hours: float) -> SourcesBody:
    """Return the body for all sources; `default_hours` is the setting for those that say no interval."""
    return SourcesBody(data=[source_body(source, default_hours) for source in sources])


def source_body(source: Source, default_hours: float) -> SourceBody:
    """Return the body for one source."""
    last = source.last
    return SourceBody(
        id=source.id,
        url=source.url,
        kind=last.kind if last else None,
        title=last.title if last else None,
        state=_state(source),
        articles=source.articles,
        refresh_hours=source.every_seconds / 3600 if source.every_seconds else default_hours,
        added=source.added,
        last_visit=last.finished if last else None,
        next_visit=source.next_visit,
        outcome=last.outcome if last else None,
        failures=last.failures if last else 0,
        problems=[ProblemOfPage(url=one.url, reason=one.reason) for one in last.problems] if last else [],
    )


def _state(source: Source) -> State:
    if source.is_under_way:
        return "visiting"
    if source.last is None:
        return "waiting"
    return "failing" if source.last.failures else "done"

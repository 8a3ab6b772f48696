"""Report of one `assistant ingest`: what became of its sources."""

from __future__ import annotations

from api.wire.body import Body, Text
from assistant.ingestion.report import IngestReport
from corpus.article import Action


class RemarkBody(Body):
    """What is to say of one source, which `source` names."""

    source: Text
    reason: Text


class IngestBody(Body):
    """What became of the articles that were offered: `counts` by action, and all that did not go smoothly.

    `left_out` counts files of other kinds by the ends of their names.
    """

    counts: dict[Action, int]
    removed: list[str]
    unreadable: list[RemarkBody]
    warnings: list[RemarkBody]
    left_out: dict[str, int]


_ONLY_IN_JOBS = (Action.REJECTED, Action.DELETED)


def ingest_body(report: IngestReport) -> IngestBody:
    """Return the body for one ingest; every action that a file may meet has its count, 0 included."""
    return IngestBody(
        counts={action: report.counts.get(action, 0) for action in Action if action not in _ONLY_IN_JOBS},
        removed=list(report.removed),
        unreadable=[RemarkBody.model_validate(one, from_attributes=True) for one in report.unreadable],
        warnings=[RemarkBody.model_validate(one, from_attributes=True) for one in report.warnings],
        left_out=dict(report.left_out),
    )

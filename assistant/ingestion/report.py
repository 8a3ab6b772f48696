"""What an ingest says while it goes on, and the report of what became of everything."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from corpus.article import Action, Outcome, SourceWarning
from corpus.errors import UnreadableSource

Report = Outcome | SourceWarning | UnreadableSource
"""What is said while it goes on. An outcome is said only once its article is found."""

OnOutcome = Callable[[Report], None]

OnProgress = Callable[[str, int, int], None]
"""Called with what is being done (embedding, building), how much is done, and of how much; 0 when nobody knows."""


@dataclass(frozen=True, slots=True)
class IngestReport:
    """What became of everything that was given.

    `removed` are article ids (only with `sync`). `left_out` counts files of other kinds by the ends of their names, the
    most frequent first.

    `embedded` passages took the encoder so many seconds, those among them that an earlier ingest had left.
    """

    counts: Mapping[Action, int]
    removed: tuple[str, ...]
    unreadable: tuple[UnreadableSource, ...]
    warnings: tuple[SourceWarning, ...]
    embedded: int
    embedding_seconds: float
    left_out: Mapping[str, int] = field(default_factory=dict)


def joined(reports: Sequence[IngestReport]) -> IngestReport:
    """Return what became of everything in several reports."""
    counts: Counter[Action] = Counter()
    left_out: Counter[str] = Counter()
    for report in reports:
        counts.update(report.counts)
        left_out.update(report.left_out)
    return IngestReport(
        dict(counts),
        tuple(id_ for report in reports for id_ in report.removed),
        tuple(error for report in reports for error in report.unreadable),
        tuple(warning for report in reports for warning in report.warnings),
        sum(report.embedded for report in reports),
        sum(report.embedding_seconds for report in reports),
        dict(left_out.most_common()),
    )


class GrowingReport:
    """A report of what goes on: whatever is noted is said at once, to whoever listens."""

    def __init__(self, say: OnOutcome | None) -> None:
        self._say = say or (lambda _: None)
        self.counts: Counter[Action] = Counter()
        self.left_out: Counter[str] = Counter()
        self.unreadable: list[UnreadableSource] = []
        self._removed: list[str] = []
        self._warnings: list[SourceWarning] = []

    def note(self, outcome: Outcome) -> None:
        self.counts[outcome.action] += 1
        self._say(outcome)

    def note_removed(self, article_ids: Iterable[str]) -> None:
        """Note articles that were removed, which are known by their ids alone."""
        for article_id in article_ids:
            self._removed.append(article_id)
            self._say(Outcome(article_id, article_id, Action.DELETED))

    def remark(self, remark: SourceWarning | UnreadableSource) -> None:
        if isinstance(remark, SourceWarning):
            self._warnings.append(remark)
        else:
            self.unreadable.append(remark)
        self._say(remark)

    def finished(self, embedded: int, embedding_seconds: float) -> IngestReport:
        return IngestReport(
            dict(self.counts),
            tuple(self._removed),
            tuple(self.unreadable),
            tuple(self._warnings),
            embedded,
            embedding_seconds,
            dict(self.left_out.most_common()),
        )

"""What becomes of a visit of a source, and when the next one is."""

from __future__ import annotations

import random
from collections import Counter
from datetime import datetime, timedelta

from corpus.article import Action, Outcome, SourceWarning
from corpus.errors import NotFetched, UnreadableSource
from corpus.source import MOST_PROBLEMS_KEPT, Problem, Source, Visit
from corpus.text.canonical import one_line
from corpus.web.options import SourceOptions
from corpus.web.visit import Event, Found, LeftOut, RemovedPage, SamePage, host_of

_JITTER = 0.1
"""Share of the interval by which a visit is earlier or later, so that sources added together do not stay together."""

_LONGEST_SECONDS = 7 * 24 * 3600.0
"""A source that fails is asked for once a week at least, or as often as it always was when that is rarer."""

_MAX_SHOWN_CHARS = 300

STORED = (Action.CREATED, Action.UPDATED, Action.REREAD, Action.UNCHANGED, Action.DUPLICATE)
"""Actions after which a page's article is stored as the page has it."""

_GONE, _FAILED, _REMOVED, _LEFT = "gone", "failed", "removed here before", "left for the next visit"
_ORDER = (*(action.value for action in Action), _GONE, _FAILED, _REMOVED, _LEFT)


class Tally:
    """What has become of the pages of one visit so far."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.problems: list[Problem] = []
        self.gone: list[str] = []
        self._found: Found | None = None
        self._trouble: NotFetched | None = None
        self._retry_seconds: dict[str, float] = {}  # by host: those of others say nothing of the source

    def note(self, event: Event) -> None:
        """Note what a visit says; of new pages the outcome is noted by `note_outcome`."""
        if isinstance(event, Found):
            self._found = event
        elif isinstance(event, SamePage):
            self.counts[Action.UNCHANGED] += 1
        elif isinstance(event, RemovedPage):
            self.counts[_REMOVED] += 1
        elif isinstance(event, LeftOut):
            self.counts[_LEFT] += event.pages
        elif isinstance(event, NotFetched):
            self._note_missing(event)
        elif isinstance(event, SourceWarning):
            self._add_problem(event.source, event.reason)

    def note_outcome(self, url: str, outcome: Outcome) -> None:
        self.counts[outcome.action] += 1
        if outcome.action in (Action.CONFLICT, Action.REJECTED):
            self._add_problem(url, outcome.reason or "its address is held by an article from elsewhere.")

    def note_unreadable(self, error: UnreadableSource) -> None:
        self.counts[Action.REJECTED] += 1
        self._add_problem(error.source, error.reason)

    def fail(self, error: NotFetched) -> None:
        """Note that the source itself cannot be had."""
        self._trouble = error
        self._note_missing(error)

    def visit(self, source: Source, options: SourceOptions, now: datetime) -> Visit:
        """What is to be kept of the visit, which ended `now`."""
        failures = source.last.failures + 1 if source.last else 1
        failures = failures if self._has_failed() else 0
        every = source.every_seconds or options.refresh_hours * 3600
        seconds = max(seconds_to_next(every, failures), self._retry_seconds.get(host_of(source.url), 0.0))
        return Visit(
            finished=now,
            next_visit=now + timedelta(seconds=seconds),
            outcome=self.sentence(),
            failures=failures,
            problems=tuple(self.problems),
            kind=self._found.kind if self._found else None,
            title=one_line(self._found.title or "", _MAX_SHOWN_CHARS) or None if self._found else None,
        )

    def sentence(self) -> str:
        """Return `3 created, 12 unchanged, 1 failed.`, or why there is nothing to count."""
        if self._trouble is not None:
            return _sentence(self._trouble.reason)
        told = [f"{self.counts[what]} {what}" for what in _ORDER if self.counts[what]]
        return f"{', '.join(told)}." if told else "It lists no pages."

    def _note_missing(self, error: NotFetched) -> None:
        if error.is_gone:
            self.gone.append(error.source)
        self.counts[_GONE if error.is_gone else _FAILED] += 1
        host = host_of(error.source)
        self._retry_seconds[host] = max(self._retry_seconds.get(host, 0.0), error.retry_seconds or 0.0)
        self._add_problem(error.source, error.reason)

    def _add_problem(self, url: str, reason: str) -> None:
        if len(self.problems) < MOST_PROBLEMS_KEPT:
            shown = one_line(url, _MAX_SHOWN_CHARS), one_line(reason, _MAX_SHOWN_CHARS)
            self.problems.append(Problem(shown[0], _sentence(shown[1])))

    def _has_failed(self) -> bool:
        """Whether the source cannot be had, or none of its pages."""
        missing = self.counts[_FAILED] + self.counts[_GONE] + self.counts[Action.REJECTED]
        return self._trouble is not None or (missing > 0 and missing == self.counts.total() - self.counts[_LEFT])


def seconds_to_next(every: float, failures: int) -> float:
    """Return how long to wait for the next visit: twice as long with each visit in a row that failed, give or take."""
    longest = max(every, _LONGEST_SECONDS)
    # The power of so many failures would be no number any more.
    backed_off = min(every * 2.0 ** min(failures, 30), longest)
    return backed_off * random.uniform(1 - _JITTER, 1 + _JITTER)  # noqa: S311 nobody has to be unable to guess it


def _sentence(reason: str) -> str:
    return reason[:1].upper() + reason[1:]

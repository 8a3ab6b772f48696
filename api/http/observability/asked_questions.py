"""Keeping what readers ask, if the operator wants it kept, for as many days as they want."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from threading import Lock
from time import monotonic

from assistant.answer import Answer, NoAnswerReason
from corpus.asked import Asked
from corpus.store.service_protocols import AskedStore

_MOST_PENDING = 1_000
"""Different questions that wait to be written, which happens twice a second; further ones are not kept."""

_SECONDS_BETWEEN_SWEEPS = 60.0
"""A look for what is too old reads one entry by an index. There is something once a day."""


class AskedQuestions:
    """The questions of this process. `note` is called for each answer, `write` and nothing else waits for the store.

    With `keep_days` of 0 none is noted, and whatever was kept is purged.
    """

    def __init__(self, store: AskedStore, keep_days: int) -> None:
        self._store = store
        self._keep_days = keep_days
        self._lock = Lock()
        self._pending: Counter[Asked] = Counter()
        self._next_sweep = 0.0

    def note(self, answer: Answer) -> None:
        """Count a question, in full words where it was a follow-up; small talk and the like is none."""
        if not self._keep_days or answer.no_answer_reason is NoAnswerReason.NOT_A_QUESTION:
            return
        question = answer.standalone_question or answer.question
        asked = Asked(question.strip(), answer.status.value, datetime.now(UTC).date())
        with self._lock:
            if asked in self._pending or len(self._pending) < _MOST_PENDING:
                self._pending[asked] += 1

    def write(self) -> None:
        """Write what was noted, and purge what is too old. Raises what the store raises; then nothing is lost."""
        with self._lock:
            pending, self._pending = self._pending, Counter()
        try:
            if pending:
                self._store.add(pending)
        except Exception:
            with self._lock:
                self._pending.update(pending)
            raise
        if monotonic() >= self._next_sweep:
            today = datetime.now(UTC).date()
            self._store.remove(today - timedelta(days=self._keep_days) if self._keep_days else date.max)
            self._next_sweep = monotonic() + _SECONDS_BETWEEN_SWEEPS

"""What the ingesting process is at work on, so that a death over it is told from a stop."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Event, Lock

from assistant.ingestion.pipeline import Stopped, is_fault_of_an_article
from corpus.errors import CorpusError
from corpus.job import Job
from corpus.store.protocols import Store


class Begun:
    """The job on whose sources this process is at work. The store knows it too, and takes it for a death if no more
    is heard; so it is told when the process comes back from them, or has to end for another reason.
    """

    def __init__(self) -> None:
        self._changing = Lock()
        self._store: Store | None = None
        self._number = 0
        self._deaths = 0

    @contextmanager
    def beginning(self, store: Store, job: Job) -> Iterator[None]:
        """Work on the next sources of a job in this block. A stop or the machine's trouble in it is no death."""
        # It is still noted when the disk was too full to take it back.
        if self._store is None or self._number != job.number:
            store.jobs.begin(job.number)
        self._store, self._number, self._deaths = store, job.number, job.deaths
        try:
            yield
        except Exception as error:
            if is_fault_of_an_article(error):
                self._store = None
            else:
                self.excuse()
            raise
        self._store = None

    def excuse(self) -> None:
        """Take back what was noted, if anything was and the disk lets it."""
        with self._changing, suppress(CorpusError):
            if self._store is not None:
                self._store.jobs.excuse(self._number)
                self._store = None

    def on_step(self, stop: Event) -> Callable[[int], None]:
        """What a pipeline tells of its steps: each is progress, and where a stop is noticed."""

        def note(passages: int) -> None:
            if passages and self._deaths and self._store is not None:
                self._store.jobs.note_progress(self._number)
                self._deaths = 0
            if stop.is_set():
                raise Stopped

        return note

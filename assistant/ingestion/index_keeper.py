"""The index keeper: has what is stored found by its words, and builds generations when they are due."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial
from math import inf
from threading import Event, Thread
from time import monotonic

from corpus.errors import CorpusError, DataFolderBusy
from corpus.generation_record import GenerationRecord
from corpus.store import DataFolder, open_store_for_index
from corpus.store.protocols import Store
from index.backends import vector_writer, word_writer
from index.errors import IndexRoomError
from index.maintenance import has_to_purge, index_words, is_build_due, is_embedded_by, repair_words

_logger = logging.getLogger(__name__)

_SECONDS_BETWEEN_BUILDS = 60.0
"""A build that fails (on a full disk, say) must not follow on itself; and what is searched exactly costs little."""

_SECONDS_BEFORE_PURGE = 60.0
"""A deletion is often followed by others, and one build purges them all. No search shows what waits for it."""

_SECONDS_BEFORE_SWEEP = 30.0
"""For readers to leave the generation before, which may hold what was purged: ten follow, one after another."""

_SECONDS_BETWEEN_WORDS = 1.0


class IndexKeeper:
    """Keeps the index of one folder, which nobody else does meanwhile. `encoder` is a fingerprint."""

    def __init__(self, data: DataFolder, encoder: str) -> None:
        self._data = data
        self._encoder = encoder
        self._next_build = 0.0
        self._last_deletion = monotonic()
        self._not_due_at: tuple[GenerationRecord | None, int] | None = None
        self._seen_live: GenerationRecord | None = None
        self._next_sweep = monotonic() + _SECONDS_BEFORE_SWEEP

    def is_due(self, store: Store) -> bool:
        """Whether a build is due, or what the one before left has to go."""
        return self._is_sweep_due(store) or self._is_build_due(store)

    def is_behind(self, store: Store) -> bool:
        """Whether anything is due, or words lack that any machine stored."""
        return word_writer(self._data).is_behind(store) or self.is_due(store)

    def keep(self, stop: Event) -> None:
        """Follow what any machine stores, and build what is due. Raises DataFolderBusy when somebody else does."""
        with open_store_for_index(self._data) as store:
            self.build_beside(partial(self.index_words, store), store, stop, _SECONDS_BETWEEN_WORDS)

    def build_beside(self, work: Callable[[], None], store: Store, stop: Event, pause: float) -> None:
        """Do `work`, and build what is due; work again every `pause` seconds while the build goes on.

        What comes meanwhile is searched beside the build, too. `store` stays open until the build has ended.
        """
        self._sweep_if_due(store)
        build: Thread | None = None
        try:
            while not stop.is_set():
                try:
                    work()
                finally:  # what cannot be done keeps nothing from being built
                    if build is None and not stop.is_set():
                        build = self._build_if_due(store)
                if build is None or not build.is_alive():
                    break
                stop.wait(pause)
        finally:
            if build is not None:
                build.join()

    def index_words(self, store: Store) -> None:
        """Have all that is stored found by its words: 40 ms, now and then a second."""
        index_words(store, self._data)

    def note_deletion(self) -> None:
        """A purge waits for those that follow."""
        self._last_deletion = monotonic()

    def _sweep_if_due(self, store: Store) -> None:
        """Remove what the generation before left."""
        if self._is_sweep_due(store):
            vector_writer(self._data).sweep(store)
            self._next_sweep = inf

    def _build_if_due(self, store: Store) -> Thread | None:
        if not self._is_build_due(store):
            return None
        self._next_build = monotonic() + _SECONDS_BETWEEN_BUILDS
        repair_words(store, self._data)
        thread = Thread(target=self._build, args=(store,), name="build")
        thread.start()
        return thread

    def _is_sweep_due(self, store: Store) -> bool:
        """Some seconds after another generation was published, whoever did it, and after the start."""
        live = store.generations.live()
        if live != self._seen_live:
            self._seen_live, self._next_sweep = live, monotonic() + _SECONDS_BEFORE_SWEEP
        return monotonic() > self._next_sweep

    def _is_build_due(self, store: Store) -> bool:
        if monotonic() < self._next_build or not is_embedded_by(store, self._encoder):
            return False
        # Passages are counted only when something changed: 0.1 s of 200,000.
        at = store.generations.live(), store.changes.seq()
        if at != self._not_due_at:
            if is_build_due(store, self._encoder):
                return True
            self._not_due_at = at
        return monotonic() > self._last_deletion + _SECONDS_BEFORE_PURGE and has_to_purge(store)

    def _build(self, store: Store) -> None:
        try:
            vector_writer(self._data).build(store, self._encoder)
        except DataFolderBusy:
            pass  # another machine builds for all
        except (CorpusError, IndexRoomError) as error:
            _logger.warning("No new generation: %s", error)
        except Exception:
            _logger.exception("No new generation.")

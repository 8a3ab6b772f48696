"""The live index that readers search: the live generation and the word index, or what stands in for them."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from threading import Event, RLock, Thread
from time import monotonic
from typing import Self

from corpus.errors import CorpusError, DataFolderBusy
from corpus.generation_record import GenerationRecord
from corpus.store import open_bell
from corpus.store.data_folder import DataFolder
from corpus.store.protocols import Store
from corpus.trouble_log import TroubleLog
from index.backends import vector_reader, word_reader
from index.encoders.encoder import Vector
from index.errors import EncoderMismatch, GenerationDamaged, IndexRoomError, WordIndexDamaged
from index.maintenance import is_embedded_by, repair
from index.vectors.delta import MAX_DELTA_PASSAGES, DeltaIndex, WithDelta
from index.vectors.protocols import Generation, VectorIndex
from index.words.protocols import WordIndex

_logger = logging.getLogger(__name__)

_SECONDS_BETWEEN_LOOKS = 0.25
"""A look reads the names in two folders and, when a bell rang or there is none, a few rows: 2 ms in all."""

_SECONDS_BETWEEN_REPAIRS = 60.0
"""A repair may build for minutes before it fails (on a full disk, say), and must not follow on itself."""


@dataclass(frozen=True, slots=True)
class Progress:
    """Numbers of changes: of the newest one that is stored, and of the one up to which words are searched."""

    stored: int
    searched: int

    @property
    def behind(self) -> int:
        return max(0, self.stored - self.searched)


class LiveIndex:
    """Safe to use from several threads: each takes what is current, and may search it for as long as it likes.

    A thread follows what writers commit and publish, within half a second. What came after the live generation is
    searched exactly beside it. Instead of a damaged generation the one before it is searched, else all of the
    store's vectors are, exactly; instead of a damaged word index one made in memory. The damaged part is then
    built anew, unless another process is writing.
    """

    def __init__(self, store: Store, data: DataFolder, encoder_fingerprint: str, seconds_to_swap: float = 0.0) -> None:
        """Raise `EncoderMismatch` when the stored vectors were made by another encoder.

        A new generation is taken `seconds_to_swap` after it was noticed: several processes need not do it at once.
        """
        self._store = store
        self._data = data
        self._vector_reader = vector_reader(data)
        self._word_reader = word_reader(data)
        self._encoder = encoder_fingerprint
        self._seconds_to_swap = seconds_to_swap
        self._changing = RLock()
        self._closed = Event()
        self._swap_at: float | None = None
        self._bell = open_bell(data)
        self._shown = store.changes.seq()  # all that was committed up to this change is searched
        self._take_vectors()
        self._take_words()
        self._note_fallback()
        self._follower = Thread(target=self._follow, name="live-index", daemon=True)
        self._follower.start()

    def vectors(self) -> VectorIndex:
        """Return the index to search now; ask again for each search."""
        return self._vectors

    def words(self) -> WordIndex:
        """Return the index to search now; ask again for each search."""
        return self._words

    @property
    def fallback(self) -> bool:
        """Whether a part is damaged, missing or away, whatever stands in for it; an empty store misses nothing."""
        generation = self._generation
        return self._fallback or (generation is not None and generation.is_away)

    def catch_up(self) -> None:
        """Take in what was committed by now; 0.1 ms when that is nothing. The following thread takes generations."""
        # What another thread is about to show is not shown yet: only once it is, `_shown` says so.
        if self._store.changes.seq() == self._shown:
            return
        with self._changing:
            seq = self._store.changes.seq()
            self._show_delta()
            self._refresh_words()
            self._shown = seq

    def age_seconds(self) -> float | None:
        """Return the time since the live generation was built; None when there is none, or it was replaced just now."""
        live = self._live_name()
        return self._vector_reader.age_seconds(live) if live else None

    def progress(self) -> Progress:
        """Return how far the words that are searched follow what is stored."""
        return Progress(self._store.changes.seq(), self._words.seq)

    def refresh(self) -> None:
        """Move to what is committed and published by now."""
        self._follow_once(is_news=True)

    def _follow_once(self, is_news: bool) -> None:
        """Move to what is published by now and, if there `is_news`, to what is committed."""
        with self._changing:
            seq = self._store.changes.seq() if is_news else self._shown
            if self._is_gone() or self._is_time_to_swap():
                self._take_vectors()
            elif is_news:
                self._show_delta()
            self._refresh_words()
            self._shown = seq
            self._note_fallback()

    def close(self) -> None:
        """Stop following. A repair that is under way ends with the process."""
        self._closed.set()
        self._bell.close()
        self._follower.join(timeout=2 * _SECONDS_BETWEEN_LOOKS)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _is_time_to_swap(self) -> bool:
        if self._live_name() == self._wanted:
            self._swap_at = None
            return False
        if self._swap_at is None:
            self._swap_at = monotonic() + self._seconds_to_swap
        return monotonic() >= self._swap_at

    def _live_name(self) -> str | None:
        live = self._store.generations.live()
        return live.name if live else None

    def _take_vectors(self) -> None:
        records = self._store.generations.kept()
        live = next((record for record in records if record.live), None)
        self._check_encoder()
        self._wanted, self._swap_at = live.name if live else None, None
        self._generation, since = self._first_whole(records)
        self._follow_delta(since)

    def _follow_delta(self, since: int) -> None:
        self._delta = DeltaIndex(self._store, self._encoder, since)
        self._delta.refresh()
        self._vectors = self._with_delta()

    def _show_delta(self) -> None:
        if self._delta.refresh():
            self._vectors = self._with_delta()

    def _with_delta(self) -> VectorIndex:
        return WithDelta(self._generation, self._delta.vectors) if self._generation else self._delta.vectors

    def _check_encoder(self) -> None:
        if not is_embedded_by(self._store, self._encoder):
            raise EncoderMismatch(
                f"The index in {self._data} was made with another encoder than the one that is set; "
                "set that one again, or run `assistant rebuild`."
            )

    def _first_whole(self, records: Sequence[GenerationRecord]) -> tuple[_FailoverGeneration | None, int]:
        """Return the generation to search, and the `seq` after which to add to it; None and 0: add everything."""
        for record in records:
            if record.encoder == self._encoder:
                try:
                    return _FailoverGeneration(self._vector_reader.open(record), self._replace), record.seq
                except GenerationDamaged as damage:
                    _logger.warning("%s Something else is searched until it is built anew.", damage)
        return None, 0

    def _is_gone(self) -> bool:
        return self._generation is not None and not self._vector_reader.exists(self._generation.name)

    def _replace(self, failed: _FailoverGeneration) -> VectorIndex:
        """Return the index to search now that `failed` cannot be read any more, as one of many threads found out."""
        with self._changing:
            if self._generation is failed:
                self._generation = None
                self._follow_delta(since=0)
                self._note_fallback()
            return self._vectors

    def _take_words(self) -> None:
        try:
            self._words = self._word_reader.open()
            self._words_stand_in = False
        except WordIndexDamaged:
            self._words = self._word_reader.in_memory(self._store)
            self._words_stand_in = True

    def _refresh_words(self) -> None:
        try:
            if self._words_stand_in:
                self._words = self._word_reader.open()
            self._words.refresh()
            self._words_stand_in = False
        except WordIndexDamaged:
            self._words_stand_in = True

    def _note_fallback(self) -> None:
        searched = self._generation.name if self._generation else None
        # A few passages that no generation was ever built of are a delta, no less than those after one.
        vectors_stand_in = searched != self._wanted or (searched is None and self._delta.count > MAX_DELTA_PASSAGES)
        something_does = vectors_stand_in or self._words_stand_in
        self._fallback = something_does and self._store.passages.count() > 0

    def _follow(self) -> None:
        next_repair = 0.0
        log = TroubleLog(_logger, "The index cannot be followed or repaired", (CorpusError, IndexRoomError))
        while not self._closed.wait(_SECONDS_BETWEEN_LOOKS):
            try:
                self._follow_once(self._bell.rang())
                if self._fallback and monotonic() >= next_repair:
                    next_repair = monotonic() + _SECONDS_BETWEEN_REPAIRS
                    self._repair()
            except EncoderMismatch as mismatch:
                _logger.warning("%s Until this process is restarted it searches what it has.", mismatch)
                return
            except Exception as error:  # a thread that ends unseen would leave readers behind for ever
                log.met(error)
            else:
                log.not_met()

    def _repair(self) -> None:
        # Another writer repairs what it finds damaged, too.
        with suppress(DataFolderBusy):
            repair(self._data, self._encoder)
        self.refresh()


class _FailoverGeneration:
    """A generation that is searched as long as its files are there, and then what replaces it."""

    def __init__(self, generation: Generation, replace: Callable[[_FailoverGeneration], VectorIndex]) -> None:
        self.name: str = generation.name
        self._generation = generation
        self._replace = replace

    @property
    def is_away(self) -> bool:
        return self._generation.is_away

    def search(self, vector: Vector, limit: int) -> list[tuple[str, float]]:
        try:
            return self._generation.search(vector, limit)
        except GenerationDamaged as damage:
            _logger.warning("%s Something else is searched until it is built anew.", damage)
            return self._replace(self).search(vector, limit)

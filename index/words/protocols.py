"""Protocols of a word index: to be searched, opened, and kept up to date. `index.words.bm25` implements them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Protocol

from corpus.article import Passage
from corpus.store.protocols import Store
from index.passage_text import EmbeddedText


class WordIndex(Protocol):
    """Safe to use from several threads. It answers from the state that it has open until it is refreshed."""

    @property
    def seq(self) -> int:
        """The number of the store's change up to which it covers what is stored."""

    def search(self, question: str, limit: int) -> list[tuple[str, float]]:
        """Return at most `limit` (passage id, score > 0), best first; nothing for a question without words."""

    def with_all(self, text: str, limit: int) -> list[tuple[str, float]]:
        """Return at most `limit` (passage id, score > 0) that have every word of `text`, best first.

        Nothing for a text without words.
        """

    def score(self, question: str, passage_ids: Collection[str]) -> dict[str, float]:
        """Return the score of each of these passages: 0 for one without any word of the question."""

    def rarity(self, terms: Collection[str]) -> dict[str, float]:
        """Return the inverse document frequency, > 0, of each of these `content_terms` that some passage has."""

    def refresh(self) -> None:
        """Move to what was written last. Raises `WordIndexDamaged`, and then answers as before."""


class WordIndexReader(Protocol):
    """Opens what was written, or makes what stands in for it."""

    def open(self) -> WordIndex:
        """Open what was written last, every byte checked. Raises `WordIndexDamaged`."""

    def in_memory(self, store: Store) -> WordIndex:
        """Make one from the store, for readers who find what was written damaged."""


class WordIndexWriter(Protocol):
    """Keeps the index up to date. `store` must be a writer. A kill loses an update, and harms nothing else."""

    def is_behind(self, store: Store) -> bool:
        """Whether articles came, changed or went after what was written last; cheap."""

    def update(
        self, store: Store, hide_deleted: bool = False, coming: Sequence[tuple[Passage, EmbeddedText]] = ()
    ) -> None:
        """Take in what changed in the store; made anew when there is nothing sound.

        What was deleted is purged, unless the caller sees to that later (`hide_deleted`), and is hidden till then.
        `coming` passages, each with its embedded text, are found by their words from the moment they are committed,
        and are taken in once more when that has changed the store.
        """

    def rebuild(self, store: Store) -> None:
        """Make it anew, whatever is there."""

    def repair(self, store: Store) -> None:
        """Bring it to the stored passages, whatever it was. Looks at all of them."""

"""Embedding of every new passage and of each of its units, once, in steps that survive a kill.

A vector is kept under the hash of its text, so that it may be there before the passage is: nobody finds it until then.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice

import numpy as np

from corpus.article import Passage
from corpus.store.protocols import Store
from index.encoders.encoder import Encoder, Vectors
from index.passage_text import EmbeddedText

A_STEP = 256
"""Passages a commit, unless told: ten seconds of work on two cores is the most that a kill can lose."""


@dataclass(frozen=True, slots=True)
class Embedded:
    """Vectors as `VectorStore.put` takes them: of passages by their keys, and of the sentences of each."""

    keys: list[str]
    passages: Vectors
    sentences: list[Vectors]


def embed_passages(
    store: Store, encoder: Encoder, passages: Iterable[tuple[Passage, EmbeddedText]], step: int = A_STEP
) -> Iterator[int]:
    """Give passages, each with its embedded text, a vector from this encoder, unless they have one; they need not be
    stored yet.

    `store` must be a writer. Yields after each step how many vectors of passages it stored. What was committed before
    a kill is not made again.
    """
    remaining = iter(without_vector(store, encoder.fingerprint, passages))
    while batch := list(islice(remaining, step)):
        keep_embedded(store, encoder.fingerprint, embed(encoder, batch))
        yield len(batch)


def without_vector(
    store: Store, fingerprint: str, passages: Iterable[tuple[Passage, EmbeddedText]]
) -> list[tuple[Passage, EmbeddedText]]:
    """Return those that have no vector of this encoder yet. Articles that share a passage share its vector."""
    texts = {passage.vector_key: (passage, text) for passage, text in passages}
    known = store.vectors.get(fingerprint, list(texts))
    return [pair for key, pair in texts.items() if key not in known]


def embed(encoder: Encoder, batch: Sequence[tuple[Passage, EmbeddedText]]) -> Embedded:
    """Embed passages and their units together, which the encoder sorts by length."""
    texts = [text for _, text in batch]
    vectors = encoder.embed_passages(
        [*(text.whole for text in texts), *chain.from_iterable(text.units for text in texts)]
    )
    ends = np.cumsum([len(batch), *(len(text.units) for text in texts)])
    of_passages, *of_sentences, _ = np.split(vectors, ends)
    return Embedded([passage.vector_key for passage, _ in batch], of_passages, of_sentences)


def keep_embedded(store: Store, fingerprint: str, embedded: Embedded) -> None:
    """Store vectors, all or none; `store` must be a writer."""
    store.vectors.put(fingerprint, embedded.keys, embedded.passages, embedded.sentences)

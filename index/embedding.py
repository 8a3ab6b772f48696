"""Embedding of every new passage and of each of its units, once, in steps that survive a kill.

A vector is kept under the hash of its text, so that it may be there before the passage is: nobody finds it until then.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice

import numpy as np

from corpus.article import Passage
from corpus.store.protocols import Store
from index.encoders.encoder import Encoder
from index.passage_text import EmbeddedText

A_STEP = 256
"""Passages a commit, unless told: ten seconds of work on two cores is the most that a kill can lose."""


def embed_passages(
    store: Store, encoder: Encoder, passages: Iterable[tuple[Passage, EmbeddedText]], step: int = A_STEP
) -> Iterator[int]:
    """Give passages, each with its embedded text, a vector from this encoder, unless they have one; they need not be
    stored yet.

    `store` must be a writer. Yields after each step how many vectors of passages it stored. What was committed before
    a kill is not made again.
    """
    # Articles that share a passage share its vector.
    texts = {passage.vector_key: (passage, text) for passage, text in passages}
    known = store.vectors.get(encoder.fingerprint, list(texts))
    remaining = iter([pair for key, pair in texts.items() if key not in known])
    while batch := list(islice(remaining, step)):
        _embed(store, encoder, batch)
        yield len(batch)


def _embed(store: Store, encoder: Encoder, batch: Sequence[tuple[Passage, EmbeddedText]]) -> None:
    """Embed passages and their units together, which the encoder sorts by length."""
    texts = [text for _, text in batch]
    vectors = encoder.embed_passages(
        [*(text.whole for text in texts), *chain.from_iterable(text.units for text in texts)]
    )
    ends = np.cumsum([len(batch), *(len(text.units) for text in texts)])
    of_passages, *of_sentences, _ = np.split(vectors, ends)
    keys = [passage.vector_key for passage, _ in batch]
    store.vectors.put(encoder.fingerprint, keys, of_passages, of_sentences)

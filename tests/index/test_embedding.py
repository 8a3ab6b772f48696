from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from corpus.store import DataFolder, open_store_writer
from corpus.store.protocols import Store
from index.encoders.encoder import Vectors
from tests.corpus.store.examples import put_unsplit
from tests.hashing_encoder import HashingEncoder
from tests.index import library
from tests.index.library import article


class CountingEncoder(HashingEncoder):
    """Remembers what it was asked to embed, and can be told to die."""

    def __init__(self, dies_after: int = 1000) -> None:
        self.embedded: list[str] = []
        self._dies_after = dies_after

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        if len(self.embedded) >= self._dies_after:
            raise KeyboardInterrupt
        self.embedded.extend(texts)
        return super().embed_passages(texts)


def split(store: Store, *texts: str) -> None:
    put_unsplit(store, [article(f"a{number}", text, title="News") for number, text in enumerate(texts)])
    library.split(store)


def test_embedding_every_passage_gets_the_vector_of_its_title_and_text(tmp_path: Path) -> None:
    encoder = HashingEncoder()
    with open_store_writer(DataFolder(tmp_path)) as store:
        split(store, "Chips are scarce.", "Soup is hot.")
        list(library.embed(store, encoder))
        keys = [passage.vector_key for passage in store.passages.all()]
        stored = store.vectors.get(encoder.fingerprint, keys)
    expected = encoder.embed_passages(["News\nChips are scarce.", "News\nSoup is hot."])
    assert np.allclose([stored[key] for key in keys], expected, atol=1e-3)


def test_embedding_every_sentence_gets_its_own_vector_in_order(tmp_path: Path) -> None:
    encoder = HashingEncoder()
    with open_store_writer(DataFolder(tmp_path)) as store:
        split(store, "Chips are scarce. Soup is hot.", "Tea is cold.")
        list(library.embed(store, encoder))
        keys = [passage.vector_key for passage in store.passages.all()]
        stored = store.vectors.get_sentences(encoder.fingerprint, keys)
    for key, sentences in zip(keys, (["Chips are scarce.", "Soup is hot."], ["Tea is cold."]), strict=True):
        assert np.allclose(stored[key], encoder.embed_passages(sentences), atol=1e-3)


def test_embedding_nothing_is_embedded_twice(tmp_path: Path) -> None:
    encoder = CountingEncoder()
    with open_store_writer(DataFolder(tmp_path)) as store:
        split(store, "The same words.", "The same words.", "Other words.")
        list(library.embed(store, encoder))
        list(library.embed(store, encoder))
    assert sorted(encoder.embedded) == sorted(
        ["News\nThe same words.", "The same words.", "News\nOther words.", "Other words."]
    )


def test_embedding_what_was_embedded_before_an_interruption_is_kept(tmp_path: Path) -> None:
    first, second = CountingEncoder(dies_after=8), CountingEncoder()
    with open_store_writer(DataFolder(tmp_path)) as store:
        split(store, *(f"Story number {number}." for number in range(7)))
        with pytest.raises(KeyboardInterrupt):
            list(library.embed(store, first, step=2))
        list(library.embed(store, second))
        assert store.passages.without_vector(second.fingerprint) == []
    assert [text for text in first.embedded if text in second.embedded] == []
    assert len(first.embedded) + len(second.embedded) == 2 * 7  # each passage, and its one sentence


def test_embedding_each_step_is_told_when_it_is_stored(tmp_path: Path) -> None:
    encoder = HashingEncoder()
    with open_store_writer(DataFolder(tmp_path)) as store:
        split(store, *(f"Story number {number}." for number in range(5)))
        steps = library.embed(store, encoder, step=2)
        heard = [(made, len(store.passages.without_vector(encoder.fingerprint))) for made in steps]
    assert heard == [(2, 3), (2, 1), (1, 0)]

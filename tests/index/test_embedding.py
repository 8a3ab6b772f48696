from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from corpus.store.sqlite import Catalog
from index import embedding
from index.embedding import embed_new_passages
from index.encoders.encoder import Vectors
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


def split(catalog: Catalog, *texts: str) -> None:
    catalog.put([article(f"a{number}", text, title="News") for number, text in enumerate(texts)])
    library.split(catalog)


def test_every_passage_gets_the_vector_of_its_title_and_text(tmp_path: Path) -> None:
    encoder = HashingEncoder()
    with Catalog.open_writer(tmp_path) as catalog:
        split(catalog, "Chips are scarce.", "Soup is hot.")
        embed_new_passages(catalog, encoder)
        keys = [passage.vector_key for passage in catalog.all_passages()]
        stored = catalog.vectors(encoder.fingerprint, keys)
    expected = encoder.embed_passages(["News\nChips are scarce.", "News\nSoup is hot."])
    assert np.allclose([stored[key] for key in keys], expected, atol=1e-3)


def test_every_sentence_gets_its_own_vector_in_order(tmp_path: Path) -> None:
    encoder = HashingEncoder()
    with Catalog.open_writer(tmp_path) as catalog:
        split(catalog, "Chips are scarce. Soup is hot.", "Tea is cold.")
        embed_new_passages(catalog, encoder)
        keys = [passage.vector_key for passage in catalog.all_passages()]
        stored = catalog.sentence_vectors(encoder.fingerprint, keys)
    for key, sentences in zip(keys, (["Chips are scarce.", "Soup is hot."], ["Tea is cold."]), strict=True):
        assert np.allclose(stored[key], encoder.embed_passages(sentences), atol=1e-3)


def test_nothing_is_embedded_twice(tmp_path: Path) -> None:
    encoder = CountingEncoder()
    with Catalog.open_writer(tmp_path) as catalog:
        split(catalog, "The same words.", "The same words.", "Other words.")
        embed_new_passages(catalog, encoder)
        embed_new_passages(catalog, encoder)
    assert sorted(encoder.embedded) == sorted(
        ["News\nThe same words.", "The same words.", "News\nOther words.", "Other words."]
    )


def test_what_was_embedded_before_an_interruption_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedding, "_BATCH", 2)
    first, second = CountingEncoder(dies_after=8), CountingEncoder()
    with Catalog.open_writer(tmp_path) as catalog:
        split(catalog, *(f"Story number {number}." for number in range(7)))
        with pytest.raises(KeyboardInterrupt):
            embed_new_passages(catalog, first)
        embed_new_passages(catalog, second)
        assert catalog.passages_without_vector(second.fingerprint) == []
    assert [text for text in first.embedded if text in second.embedded] == []
    assert len(first.embedded) + len(second.embedded) == 2 * 7  # each passage, and its one sentence


def test_progress_tells_how_many_are_done_and_of_how_many(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedding, "_BATCH", 2)
    heard: list[tuple[int, int]] = []
    with Catalog.open_writer(tmp_path) as catalog:
        split(catalog, *(f"Story number {number}." for number in range(5)))
        embed_new_passages(catalog, HashingEncoder(), lambda done, total: heard.append((done, total)))
    assert heard == [(2, 5), (4, 5), (5, 5)]

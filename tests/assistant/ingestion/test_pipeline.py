from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from corpus.errors import DataFolderBusy
from corpus.store import DataFolder, open_store_writer
from corpus.store.protocols import Store
from index.encoders.encoder import Vectors
from index.repair import repair
from index.vectors.generations import ChromaGenerations
from index.words.bm25 import Bm25Files
from tests.hashing_encoder import HashingEncoder
from tests.index.library import ENCODER, article, update


class Interrupted(Exception):
    pass


class CountingEncoder(HashingEncoder):
    """Counts texts, and is interrupted when it was given more than `patience`."""

    def __init__(self, patience: int = 1_000_000) -> None:
        self.texts = 0
        self._patience = patience

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        self.texts += len(texts)
        if self.texts > self._patience:
            raise Interrupted
        return super().embed_passages(texts)


@pytest.fixture
def data(tmp_path: Path) -> DataFolder:
    return DataFolder(tmp_path / "data")


@pytest.fixture
def store(data: DataFolder) -> Iterator[Store]:
    with open_store_writer(data) as store:
        store.articles.put([article(f"crane{number}", f"This is crane number {number}.") for number in range(100)])
        yield store


def covered(data: DataFolder, store: Store) -> tuple[int, int]:
    """How many passages the live generation and the lexical index find."""
    live = next(record for record in store.generations.kept() if record.live)
    vectors = ChromaGenerations(data).open(live)
    found = len(vectors.search(ENCODER.embed_question("crane"), 1000))
    vectors.close()
    return found, len(Bm25Files(data.words).open().passage_ids())


def test_an_update_makes_every_article_findable_and_tells_its_steps(data: DataFolder, store: Store) -> None:
    heard: list[tuple[str, int, int]] = []

    update(store, data, lambda *step: heard.append(step))

    assert covered(data, store) == (100, 100)
    assert list(dict.fromkeys(step for step, _, _ in heard)) == ["splitting", "embedding", "building"]
    assert [(done, of) for step, done, of in heard if step == "splitting"] == [(64, 100), (100, 100)]
    assert heard[-1] == ("building", 100, 100)


def test_an_update_follows_new_changed_and_deleted_articles(data: DataFolder, store: Store) -> None:
    update(store, data)
    first = store.generations.live()
    store.articles.put([article("crane0", "This crane is another."), article("crane100", "This is crane number 100.")])
    store.articles.delete([article("crane1", "").id, article("crane2", "").id])
    encoder = CountingEncoder()

    update(store, data, encoder)

    assert store.generations.live() != first
    assert covered(data, store) == (99, 99)
    assert encoder.texts < 10


def test_an_update_that_was_interrupted_goes_on_where_it_stopped(data: DataFolder, store: Store) -> None:
    store.articles.put([article(f"ferry{number}", f"This is ferry number {number}.") for number in range(300)])
    with pytest.raises(Interrupted):
        update(store, data, CountingEncoder(patience=600))
    missing = len(store.passages.without_vector(ENCODER.fingerprint))
    assert 0 < missing < 400
    encoder = CountingEncoder()

    update(store, data, encoder)

    assert covered(data, store) == (400, 400)
    assert encoder.texts == 2 * missing  # each passage and its only sentence


def test_a_rebuild_makes_everything_anew_and_embeds_nothing(data: DataFolder, store: Store) -> None:
    update(store, data)
    before = store.generations.live()
    encoder = CountingEncoder()

    update(store, data, encoder, rebuild=True)

    assert encoder.texts == 0
    assert store.generations.live() != before
    assert covered(data, store) == (100, 100)


def test_a_repair_leaves_the_work_to_another_writer(data: DataFolder, store: Store) -> None:
    with pytest.raises(DataFolderBusy):
        repair(data, ENCODER.fingerprint)

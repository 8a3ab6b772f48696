from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from index.update import update_index

from corpus.errors import DataFolderBusy
from corpus.store.sqlite import Catalog
from index.encoders.encoder import Vectors
from index.repair import lexical_folder, repair
from index.vectors.generation import open_generation
from index.words.bm25 import open_lexical
from tests.hashing_encoder import HashingEncoder
from tests.index.library import ENCODER, OPTIONS, article


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
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    with Catalog.open_writer(tmp_path / "data") as catalog:
        catalog.put([article(f"crane{number}", f"This is crane number {number}.") for number in range(100)])
        yield catalog


def covered(catalog: Catalog) -> tuple[int, int]:
    """How many passages the live generation and the lexical index find."""
    live = next(record for record in catalog.kept_generations() if record.live)
    vectors = open_generation(catalog.folder, live)
    found = len(vectors.search(ENCODER.embed_question("crane"), 1000))
    vectors.close()
    return found, len(open_lexical(lexical_folder(catalog.folder)).passage_ids())


def test_an_update_makes_every_article_findable_and_tells_its_steps(catalog: Catalog) -> None:
    heard: list[tuple[str, int, int]] = []

    update_index(catalog, ENCODER, OPTIONS, lambda *step: heard.append(step))

    assert covered(catalog) == (100, 100)
    assert list(dict.fromkeys(step for step, _, _ in heard)) == ["splitting", "embedding", "building"]
    assert [(done, of) for step, done, of in heard if step == "splitting"] == [(64, 100), (100, 100)]
    assert heard[-1] == ("building", 100, 100)


def test_an_update_follows_new_changed_and_deleted_articles(catalog: Catalog) -> None:
    update_index(catalog, ENCODER, OPTIONS)
    first = catalog.live_generation()
    catalog.put([article("crane0", "This crane is another."), article("crane100", "This is crane number 100.")])
    catalog.delete([article("crane1", "").id, article("crane2", "").id])
    encoder = CountingEncoder()

    update_index(catalog, encoder, OPTIONS)

    assert catalog.live_generation() != first
    assert covered(catalog) == (99, 99)
    assert encoder.texts < 10


def test_an_update_that_was_interrupted_goes_on_where_it_stopped(catalog: Catalog) -> None:
    catalog.put([article(f"ferry{number}", f"This is ferry number {number}.") for number in range(300)])
    with pytest.raises(Interrupted):
        update_index(catalog, CountingEncoder(patience=600), OPTIONS)
    missing = len(catalog.passages_without_vector(ENCODER.fingerprint))
    assert 0 < missing < 400
    encoder = CountingEncoder()

    update_index(catalog, encoder, OPTIONS)

    assert covered(catalog) == (400, 400)
    assert encoder.texts == 2 * missing  # each passage and its only sentence


def test_a_rebuild_makes_everything_anew_and_embeds_nothing(catalog: Catalog) -> None:
    update_index(catalog, ENCODER, OPTIONS)
    before = catalog.live_generation()
    encoder = CountingEncoder()

    update_index(catalog, encoder, OPTIONS, rebuild=True)

    assert encoder.texts == 0
    assert catalog.live_generation() != before
    assert covered(catalog) == (100, 100)


def test_a_repair_leaves_the_work_to_another_writer(catalog: Catalog) -> None:
    with pytest.raises(DataFolderBusy):
        repair(catalog.folder, ENCODER.fingerprint)

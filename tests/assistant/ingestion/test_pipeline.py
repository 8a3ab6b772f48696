from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.ingestion.pipeline import Pipeline, batches
from corpus.article import Action
from corpus.errors import DataFolderBusy
from corpus.store import DataFolder, open_store_writer
from corpus.store.protocols import Store
from index.encoders.encoder import Vectors
from index.errors import ModelRunFailed, running_a_model
from index.live import LiveIndex
from index.maintenance import repair
from index.retriever import Retriever
from index.splitter import PassageSplitter
from index.vectors.chroma.generation_folders import ChromaGenerations
from index.words.bm25 import Bm25Files
from tests.corpus.store.examples import put_unsplit
from tests.hashing_encoder import HashingEncoder
from tests.index.library import ENCODER, OPTIONS, article, pipeline, split, update


class Interrupted(BaseException):
    """As by Ctrl-C."""


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
        put_unsplit(store, [article(f"crane{number}", f"This is crane number {number}.") for number in range(100)])
        yield store


def covered(data: DataFolder, store: Store) -> tuple[int, int]:
    """How many passages the live generation and the word index find."""
    live = next(record for record in store.generations.kept() if record.live)
    vectors = ChromaGenerations(data).open(live)
    found = len(vectors.search(ENCODER.embed_question("crane"), 1000))
    vectors.close()
    return found, len(Bm25Files(data.words).open().passage_ids())


def found(store: Store, data: DataFolder, question: str) -> list[str]:
    """What a reader finds that has just been started."""
    with LiveIndex(store, data, ENCODER.fingerprint) as live:
        return [hit.article.text for hit in Retriever(store, ENCODER, live, OPTIONS).retrieve(question).hits]


def test_pipeline_complete_makes_every_article_findable_and_tells_how_far_it_is(data: DataFolder, store: Store) -> None:
    embedded, built = [], []
    splitter = PassageSplitter(ENCODER, OPTIONS)

    Pipeline(store, data, ENCODER, splitter, embedded.append, step=64).complete(
        on_build=lambda *step: built.append(step)
    )

    assert covered(data, store) == (100, 100)
    assert [step for step in embedded if step] == [64, 36]
    assert built[-1] == (100, 100)


def test_pipeline_take_makes_articles_findable_in_one_commit_with_their_passages(
    data: DataFolder, store: Store
) -> None:
    update(store, data)
    before = store.changes.seq()
    ferry, crane = article("ferry", "The ferry is late."), article("crane0", "The crane is red.")

    outcomes = pipeline(store, data).take([ferry, crane])

    assert [outcome.action for outcome in outcomes] == [Action.CREATED, Action.UPDATED]
    assert store.passages.count_unfindable_articles() == 0
    assert store.changes.seq() == before + 2
    assert found(store, data, "ferry")[0] == ferry.text


def test_pipeline_take_leaves_the_old_version_findable_until_the_new_one_is(data: DataFolder, store: Store) -> None:
    """By meaning and by words, whatever the step at which somebody looks."""
    update(store, data)
    old, new = article("crane7", "This is crane number 7."), article("crane7", "The ferry Petrel sank.")
    seen: list[set[str]] = []

    def look(*_: object) -> None:
        texts = {text for question in ("crane number 7", "ferry Petrel") for text in found(store, data, question)[:1]}
        seen.append(texts & {old.text, new.text})

    class Watched(HashingEncoder):
        def embed_passages(self, texts: Sequence[str]) -> Vectors:
            look()
            return super().embed_passages(texts)

    taking = Pipeline(store, data, Watched(), PassageSplitter(ENCODER, OPTIONS), look)
    taking.take([new], lambda taken: (look(), store.articles.put(taking_fingerprint(), taken))[1])
    look()

    assert seen == [{old.text}] * (len(seen) - 1) + [{new.text}]
    assert len(seen) >= 4
    words = {id_ for id_, _ in Bm25Files(data.words).open().search("Petrel", 10)}
    assert words == {passage.id for passage in store.passages.of_articles([new.id])}


def taking_fingerprint() -> str:
    return PassageSplitter(ENCODER, OPTIONS).fingerprint


def test_pipeline_take_embeds_nothing_of_what_is_stored_already_or_will_be_refused(
    data: DataFolder, store: Store
) -> None:
    update(store, data)
    encoder = CountingEncoder()
    stranger = replace(article("crane1", "Somebody else's crane."), origin="elsewhere.txt")

    outcomes = pipeline(store, data, encoder).take([article("crane0", "This is crane number 0."), stranger])

    assert [outcome.action for outcome in outcomes] == [Action.UNCHANGED, Action.CONFLICT]
    assert encoder.texts == 0


def test_pipeline_take_of_an_article_that_comes_twice_ends_with_its_last_text(data: DataFolder, store: Store) -> None:
    update(store, data)
    texts = ("This is crane number 0.", "This crane is blue.", "This is crane number 0.")
    outcomes = pipeline(store, data).take([article("crane0", text) for text in texts])
    assert [outcome.action for outcome in outcomes] == [Action.UNCHANGED, Action.UPDATED, Action.UPDATED]
    assert store.passages.count_unfindable_articles() == 0


def test_pipeline_take_embeds_what_did_not_change_and_lacks_its_vectors(data: DataFolder, store: Store) -> None:
    update(store, data)
    known = article("ferry", "The ferry Petrel sank.")
    put_unsplit(store, [known])
    split(store)

    outcomes = pipeline(store, data).take([known])

    assert [outcome.action for outcome in outcomes] == [Action.UNCHANGED]
    assert store.passages.count_unfindable_articles() == 0


def test_pipeline_take_indexes_no_words_of_a_text_that_is_refused_beside_its_article(
    data: DataFolder, store: Store
) -> None:
    update(store, data)
    known = article("crane0", "This is crane number 0.")
    stranger = replace(article("crane0", "Somebody's secret Petrel."), origin="elsewhere.txt")

    outcomes = pipeline(store, data).take([known, stranger])

    assert [outcome.action for outcome in outcomes] == [Action.UNCHANGED, Action.CONFLICT]
    assert Bm25Files(data.words).open().search("Petrel", 10) == []


def test_pipeline_what_was_split_by_other_rules_is_found_until_it_is_split_anew(data: DataFolder, store: Store) -> None:
    update(store, data)
    seen: list[int] = []
    wider = PassageSplitter(ENCODER, replace(OPTIONS, passage_tokens=64))

    Pipeline(store, data, ENCODER, wider, lambda _: seen.append(len(found(store, data, "crane number")))).complete()

    assert set(seen) == {10}
    assert store.passages.articles_to_split(wider.fingerprint) == []


def test_pipeline_complete_follows_new_changed_and_deleted_articles(data: DataFolder, store: Store) -> None:
    update(store, data)
    first = store.generations.live()
    put_unsplit(store, [article("crane0", "This crane is another."), article("crane100", "This is crane number 100.")])
    store.articles.delete([article("crane1", "").id, article("crane2", "").id])
    encoder = CountingEncoder()

    update(store, data, encoder)

    assert store.generations.live() != first
    assert covered(data, store) == (99, 99)
    assert encoder.texts < 10


def test_pipeline_complete_that_was_interrupted_goes_on_where_it_stopped(data: DataFolder, store: Store) -> None:
    put_unsplit(store, [article(f"ferry{number}", f"This is ferry number {number}.") for number in range(300)])
    with pytest.raises(Interrupted):
        update(store, data, CountingEncoder(patience=600))
    missing = len(store.passages.articles_to_split(taking_fingerprint()))
    assert 0 < missing < 400
    encoder = CountingEncoder()

    update(store, data, encoder)

    assert covered(data, store) == (400, 400)
    assert encoder.texts == 2 * missing  # each passage and its only sentence


class Poisoned(CountingEncoder):
    """Fails over whatever has the word."""

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        if any("poison" in text for text in texts):
            raise ValueError("poison")
        return super().embed_passages(texts)


@pytest.mark.parametrize("is_split", [False, True])
def test_pipeline_complete_leaves_out_what_fails_and_makes_the_rest_findable(
    data: DataFolder, store: Store, is_split: bool
) -> None:
    put_unsplit(store, [article("ship", "This ship carries poison.")])
    if is_split:
        split(store)
    encoder, given_up = Poisoned(), set()
    finishing = Pipeline(store, data, encoder, PassageSplitter(encoder, OPTIONS), given_up=given_up)

    finishing.complete()

    assert covered(data, store) == (100, 100)
    assert given_up == {article("ship", "").id}
    assert store.passages.count_unfindable_articles() == 1
    tried = encoder.texts
    finishing.complete()
    assert encoder.texts == tried


class OutOfMemory(CountingEncoder):
    """Fails as a runtime of models does that gets no memory."""

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        with running_a_model():
            raise MemoryError


def test_pipeline_complete_gives_no_article_up_for_want_of_memory(data: DataFolder, store: Store) -> None:
    put_unsplit(store, [article("ship", "This ship carries coal.")])
    encoder, given_up = OutOfMemory(), set()

    with pytest.raises(ModelRunFailed):
        Pipeline(store, data, encoder, PassageSplitter(encoder, OPTIONS), given_up=given_up).complete()

    assert given_up == set()


def test_pipeline_finish_left_over_has_words_found_before_anything_is_embedded(data: DataFolder, store: Store) -> None:
    update(store, data)
    printed = article("ferry", "The ferry Petrel sank.")
    put_unsplit(store, [printed, article("later", "Left over.")])
    splitter = PassageSplitter(ENCODER, OPTIONS)
    store.passages.put(splitter.fingerprint, {printed.id: splitter.split(printed)})

    with pytest.raises(Interrupted):
        list(pipeline(store, data, CountingEncoder(patience=0)).finish_left_over())

    assert len(Bm25Files(data.words).open().search("Petrel", 10)) == 1


def test_pipeline_finish_left_over_gives_way_after_each_step_and_leaves_what_changed_meanwhile(
    data: DataFolder, store: Store
) -> None:
    update(store, data)
    long = article("ferry", " ".join(f"The ferry Petrel sank {number} times." for number in range(200)))
    put_unsplit(store, [long])
    split(store)
    steps = Pipeline(store, data, ENCODER, PassageSplitter(ENCODER, OPTIONS), step=1).finish_left_over()

    next(steps)
    assert len(store.passages.without_vector(ENCODER.fingerprint)) == len(store.passages.of_articles([long.id])) - 1
    store.articles.delete([long.id])
    assert list(steps) == []
    assert found(store, data, "ferry Petrel") != []
    assert store.passages.count() == 100


def test_batches_hold_few_long_articles_at_once() -> None:
    assert list(batches([1_000_000, 1_000_000, 10, 10], int)) == [[1_000_000], [1_000_000], [10, 10]]


def test_pipeline_complete_with_rebuild_makes_everything_anew_and_embeds_nothing(
    data: DataFolder, store: Store
) -> None:
    update(store, data)
    before = store.generations.live()
    encoder = CountingEncoder()

    update(store, data, encoder, rebuild=True)

    assert encoder.texts == 0
    assert store.generations.live() != before
    assert covered(data, store) == (100, 100)


def test_pipeline_a_repair_leaves_the_work_to_another_writer(data: DataFolder, store: Store) -> None:
    with pytest.raises(DataFolderBusy):
        repair(data, ENCODER.fingerprint)

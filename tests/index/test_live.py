from __future__ import annotations

import shutil
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event, Thread, current_thread

import pytest

from corpus.article import Article
from corpus.store import DataFolder, open_store, open_store_writer
from corpus.store.protocols import Store
from index.backends import vector_writer
from index.errors import EncoderMismatch
from index.live import LiveIndex
from index.vectors.protocols import VectorIndex
from tests.corpus.store.examples import put_unsplit
from tests.hashing_encoder import HashingEncoder
from tests.index.library import ENCODER, article, exact_vectors, live_name, pipeline, put, update

QUESTION = ENCODER.embed_question("crane number 7")


class OtherEncoder(HashingEncoder):
    fingerprint = "another"


def cranes(*numbers: int) -> Iterator[Article]:
    return (article(f"crane{number}", f"This is crane number {number}.") for number in numbers)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> DataFolder:
    folder = DataFolder(tmp_path_factory.mktemp("built"))
    with open_store_writer(folder) as store:
        put_unsplit(store, list(cranes(*range(20))))
        update(store, folder)
    return folder


@pytest.fixture
def data(built: DataFolder, tmp_path: Path) -> DataFolder:
    return DataFolder(shutil.copytree(built.path, tmp_path / "data"))


@pytest.fixture
def reader(data: DataFolder) -> Iterator[Store]:
    with open_store(data) as store:
        yield store


def soon(condition: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + 60
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.02)
    return condition()


def found(live: LiveIndex, store: Store, limit: int = 1) -> list[str]:
    """External ids of the articles whose passages are nearest to the question, as far as they are still there."""
    ids = [id_ for id_, _ in live.vectors().search(QUESTION, limit)]
    passages = store.passages.get_many(ids)
    articles = store.articles.get_many([passage.article_id for passage in passages.values()])
    return [articles[passages[id_].article_id].external_id for id_ in ids if id_ in passages]


def test_live_index_an_empty_store_finds_nothing_and_misses_nothing(tmp_path: Path) -> None:
    with open_store(DataFolder(tmp_path)) as store, LiveIndex(store, DataFolder(tmp_path), "any") as live:
        assert (live.vectors().search(QUESTION, 10), live.words().search("crane", 10)) == ([], [])
        assert not live.fallback


def test_live_index_what_was_never_built_is_searched_exactly(tmp_path: Path) -> None:
    with open_store_writer(DataFolder(tmp_path)) as store:
        put(store, cranes(6, 7, 8))
        with LiveIndex(store, DataFolder(tmp_path), ENCODER.fingerprint) as live:
            assert live.fallback
            assert found(live, store) == ["crane7"]
            assert len(live.words().search("cranes", 10)) == 3


def test_live_index_readers_follow_what_a_writer_publishes(tmp_path: Path) -> None:
    with (
        open_store(DataFolder(tmp_path)) as reader,
        LiveIndex(reader, DataFolder(tmp_path), ENCODER.fingerprint) as live,
    ):
        with open_store_writer(DataFolder(tmp_path)) as writer:
            put_unsplit(writer, list(cranes(7)))
            update(writer, DataFolder(tmp_path))
            name = live_name(writer)

        assert soon(lambda: live.vectors().name == name and len(live.words().search("crane", 10)) == 1)
        assert not live.fallback


def test_live_index_swapping_under_load_loses_no_search(data: DataFolder, reader: Store) -> None:
    failures: list[Exception] = []
    searched: Counter[str | None] = Counter()
    done = Event()

    def search() -> None:
        while not done.is_set():
            try:
                vectors = live.vectors()
                assert len(vectors.search(QUESTION, 10)) == 10
                assert len(live.words().search("crane", 10)) == 10
                searched[vectors.name] += 1
            except Exception as failure:
                failures.append(failure)

    with LiveIndex(reader, data, ENCODER.fingerprint) as live:
        threads = [Thread(target=search) for _ in range(4)]
        for thread in threads:
            thread.start()
        with open_store_writer(data) as writer:
            for number in (20, 21):
                put(writer, cranes(number))
                name = vector_writer(data).build(writer, ENCODER.fingerprint)
                assert soon(lambda name=name: searched[name] > 100)
        done.set()
        for thread in threads:
            thread.join()

    assert failures == []
    assert len(searched) == 3


def test_live_index_files_taken_away_while_searching_lose_no_search(data: DataFolder, reader: Store) -> None:
    with open_store_writer(data), LiveIndex(reader, data, ENCODER.fingerprint) as live:
        held = live.vectors()
        shutil.rmtree(data.index)

        results: list[list[tuple[str, float]]] = []
        threads = [Thread(target=lambda: results.append(held.search(QUESTION, 5))) for _ in range(16)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        # Equally near ones have no order: what stands in for the files may tell them in another.
        expected = live.vectors().search(QUESTION, 5)
        for result in results:
            assert result[0][0] == expected[0][0]
            assert [cosine for _, cosine in result] == pytest.approx([cosine for _, cosine in expected], abs=1e-3)
        assert soon(lambda: live.fallback and live.vectors().name is None)
        assert found(live, reader) == ["crane7"]


def test_live_index_a_reader_has_damage_built_anew(data: DataFolder, reader: Store) -> None:
    shutil.rmtree(data.index)

    with LiveIndex(reader, data, ENCODER.fingerprint) as live:
        assert live.fallback
        assert soon(lambda: not live.fallback)
        assert live.vectors().name == live_name(reader) is not None
        assert found(live, reader) == ["crane7"]


def test_live_index_an_index_of_another_encoder_is_refused_with_what_to_do(data: DataFolder, reader: Store) -> None:
    with pytest.raises(EncoderMismatch, match="set that one again, or run `assistant rebuild`"):
        LiveIndex(reader, data, OtherEncoder.fingerprint)


def test_live_index_vectors_of_another_encoder_are_refused_before_anything_is_built(tmp_path: Path) -> None:
    with open_store_writer(DataFolder(tmp_path)) as store:
        put(store, cranes(7))
        with pytest.raises(EncoderMismatch):
            LiveIndex(store, DataFolder(tmp_path), OtherEncoder.fingerprint)


def test_live_index_after_a_rebuild_with_another_encoder_that_one_searches(data: DataFolder) -> None:
    with open_store_writer(data) as store:
        update(store, data, OtherEncoder())
        with LiveIndex(store, data, OtherEncoder.fingerprint) as live:
            assert not live.fallback
            assert found(live, store) == ["crane7"]
        with pytest.raises(EncoderMismatch):
            LiveIndex(store, data, ENCODER.fingerprint)


def test_live_index_a_reader_with_the_old_encoder_goes_on_with_what_it_has(data: DataFolder, reader: Store) -> None:
    with LiveIndex(reader, data, ENCODER.fingerprint) as live:
        before = live.vectors().name
        with open_store_writer(data) as writer:
            update(writer, data, OtherEncoder())
        with pytest.raises(EncoderMismatch):
            live.refresh()
        assert live.vectors().name == before
        assert found(live, reader) == ["crane7"]


def test_live_index_what_comes_after_the_generation_is_searched_beside_it(data: DataFolder, reader: Store) -> None:
    with LiveIndex(reader, data, ENCODER.fingerprint) as live:
        generation = live.vectors().name
        with open_store_writer(data) as writer:
            put(writer, [article("fresh", "crane number 7")])
            assert soon(lambda: found(live, reader)[0] == "fresh")
            assert (live.vectors().name, live.fallback) == (generation, False)

            writer.articles.delete([article("fresh", "").id])
            assert soon(lambda: found(live, reader) == ["crane7"])


def test_live_index_catch_up_waits_for_what_another_thread_is_about_to_show(data: DataFolder, reader: Store) -> None:
    about_to, go_on = Event(), Event()

    class Slow(LiveIndex):
        def _with_delta(self) -> VectorIndex:
            made = super()._with_delta()
            if current_thread() is self.__dict__.get("_follower"):
                about_to.set()
                go_on.wait()
            return made

    seen: list[str] = []
    with Slow(reader, data, ENCODER.fingerprint) as live:
        with open_store_writer(data) as writer:
            pipeline(writer, data).take([article("fresh", "crane number 7")])
        about_to.wait()
        search = Thread(target=lambda: (live.catch_up(), seen.extend(found(live, reader))))
        search.start()
        search.join(timeout=0.2)  # one that does not wait has looked by now
        go_on.set()
        search.join()

    assert seen == ["fresh"]


def test_live_index_catch_up_leaves_vectors_that_no_commit_came_with_to_the_follower(
    data: DataFolder, reader: Store
) -> None:
    with LiveIndex(reader, data, ENCODER.fingerprint) as live, open_store_writer(data) as writer:
        live.close()  # it follows no more, and only searches catch up
        writer.vectors.put(ENCODER.fingerprint, ["embedded before its commit"], QUESTION[None])
        with live._changing:  # whoever had to take something in would wait for this thread
            search = Thread(target=live.catch_up, daemon=True)
            search.start()
            search.join(timeout=30)
            assert not search.is_alive()


def test_live_index_with_a_delta_the_same_is_found_as_by_exact_search(data: DataFolder, reader: Store) -> None:
    with open_store_writer(data) as writer:
        put(writer, cranes(7, 100, 101))  # one of them is in the generation, too
        put(writer, [article("crane3", "This is another text.")])
    with LiveIndex(reader, data, ENCODER.fingerprint) as live:
        ids = [id_ for id_, _ in live.vectors().search(QUESTION, 1000)]
        exact = exact_vectors(reader, ENCODER.fingerprint).search(QUESTION, 1000)
    assert len(ids) == len(set(ids))
    assert set(reader.passages.get_many(ids)) == {id_ for id_, _ in exact}


def test_live_index_what_the_generation_before_lacks_is_searched_exactly(data: DataFolder, reader: Store) -> None:
    with open_store_writer(data) as writer:
        put(writer, [article("later", "crane number 7")])
        update(writer, data)
        shutil.rmtree(data.generations / str(live_name(writer)))
        with LiveIndex(reader, data, ENCODER.fingerprint) as live:
            assert live.fallback
            assert live.vectors().name is not None
            assert found(live, reader)[0] == "later"


def test_live_index_a_swap_can_wait_for_its_turn(data: DataFolder, reader: Store) -> None:
    with LiveIndex(reader, data, ENCODER.fingerprint, seconds_to_swap=3600) as live:
        before = live.vectors().name
        with open_store_writer(data) as writer:
            put(writer, [article("later", "crane number 7")])
            update(writer, data)
            assert live_name(writer) != before
        live.refresh()
        assert (live.vectors().name, live.fallback) == (before, False)
        assert found(live, reader)[0] == "later"

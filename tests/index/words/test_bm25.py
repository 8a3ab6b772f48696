from __future__ import annotations

from pathlib import Path

import pytest
import tantivy
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpus.article import article_id
from corpus.store import DataFolder, open_store_writer
from corpus.store.protocols import Store
from index.errors import WordIndexDamaged
from index.words.bm25 import (
    Bm25Files,
    Bm25Index,
)
from tests.corpus.store.examples import put_unsplit
from tests.index.library import article, put, split, words_in_memory, writer_with

CHIPS = article("chips", "The supply of semiconductors is a bottleneck.", title="China on chips")
WHO = article("who", "The WHO warned of a fever.", title="Health")
SOUP = article("soup", "Who cooked this soup? Nobody knows how.", title="Kitchen")
PORT = article("port", "港务局扩建了集装箱码头，2024年启用。", title="海港")
TOWER = article("tower", "東京タワーは1958年に開業した。", title="タワー")
CAFE = article("cafe", "The Café Édith opened.", title="Paris")


def found(index: Bm25Index, question: str, store: Store) -> list[str]:
    """External ids of the articles found, best first."""
    passages = store.passages.get_many([id_ for id_, _ in index.search(question, 10)])
    articles = store.articles.get_many({passage.article_id for passage in passages.values()})
    return [articles[passages[id_].article_id].external_id for id_, _ in index.search(question, 10) if id_ in passages]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("semiconductor", ["chips"]),  # stems: semiconductors
        ("China", ["chips"]),  # the title is indexed too
        ("What did the WHO say?", ["who"]),  # in capitals it is a name
        ("who knows how", ["soup"]),  # question words alone find nothing
        ("who is it and how", []),
        ("cafe edith", ["cafe"]),
        ("码头什么时候启用？", ["port"]),  # no spaces part its words
        ("2024", ["port"]),
        ("タワーの開業", ["tower"]),
        ("飞机", []),
        ("", []),
        ("?! ... ()", []),
        ("zebra", []),
    ],
)
def test_bm25_words_find_articles(question: str, expected: list[str], tmp_path: Path) -> None:
    with writer_with(tmp_path, CHIPS, WHO, SOUP, CAFE, PORT, TOWER) as store:
        assert found(words_in_memory(store), question, store) == expected


@pytest.mark.parametrize(
    "question",
    ["+chips -supply", "words:chips", "chips AND zebra", '"chips', "id:*", "chips^9 zebra~2", "/ch.*/"],
)
def test_bm25_query_syntax_in_a_question_is_only_words(question: str, tmp_path: Path) -> None:
    with writer_with(tmp_path, CHIPS, SOUP) as store:
        assert found(words_in_memory(store), question, store) in (["chips"], [])
        assert ("chips" in question) == bool(found(words_in_memory(store), question, store))


@pytest.fixture(scope="module")
def small_index(tmp_path_factory: pytest.TempPathFactory) -> Bm25Index:
    with writer_with(tmp_path_factory.mktemp("data"), CHIPS, SOUP) as store:
        return words_in_memory(store)


@given(st.text(st.characters(), max_size=200))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_bm25_any_text_is_a_question(small_index: Bm25Index, question: str) -> None:
    for id_, score in small_index.search(question, 10):
        assert small_index.score(question, [id_])[id_] == pytest.approx(score)


def test_bm25_a_question_of_a_megabyte_is_answered_by_its_first_words(small_index: Bm25Index) -> None:
    noise = " ".join(f"word{number}" for number in range(150_000))
    assert len(noise) > 1_000_000
    assert small_index.search(f"semiconductors {noise}", 5) != []
    assert small_index.search(f"{noise} semiconductors", 5) == []


def test_bm25_scores_are_given_for_every_passage_asked_for(tmp_path: Path) -> None:
    with writer_with(tmp_path, CHIPS, SOUP) as store:
        index = words_in_memory(store)
        ((chips, score),) = index.search("semiconductors", 5)
        soup = store.passages.of_articles([SOUP.id])[0].id
        assert index.score("semiconductors", [soup, chips, "p-unknown"]) == {
            chips: pytest.approx(score),
            soup: 0.0,
            "p-unknown": 0.0,
        }
        assert index.score("?", [soup]) == {soup: 0.0}
        assert index.score("semiconductors", []) == {}
        assert index.search("semiconductors", 0) == []


def test_bm25_a_rare_term_weighs_more_and_an_unknown_one_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "lexical"
    with writer_with(
        tmp_path, CHIPS, article("tea", "Tea and chips."), article("more", "More tea and chips.")
    ) as store:
        Bm25Files(folder).update(store)
        for round_ in range(5):  # replaced passages stay in the engine's counts
            put(store, [article("more", f"More tea and chips, round {round_}.")])
            Bm25Files(folder).update(store)
        rarity = Bm25Files(folder).open().rarity(["semiconductor", "tea", "chip", "zebra"])
    assert rarity["semiconductor"] > rarity["tea"] >= rarity["chip"] > 0
    assert "zebra" not in rarity


def test_bm25_an_update_adds_replaces_and_takes_away(tmp_path: Path) -> None:
    folder = tmp_path / "lexical"
    with writer_with(tmp_path, CHIPS, SOUP) as store:
        Bm25Files(folder).update(store)
        index = Bm25Files(folder).open()
        assert sorted(found(index, "bottleneck soup", store)) == ["chips", "soup"]

        put(store, [article("chips", "Wafers are plentiful."), CAFE])
        Bm25Files(folder).update(store)
        assert found(index, "Paris", store) == []
        index.refresh()
        assert found(index, "Paris", store) == ["cafe"]
        assert found(index, "wafers", store) == ["chips"]
        assert index.search("bottleneck", 5) == []
        assert index.seq == store.changes.seq()

        store.articles.delete([SOUP.id])
        Bm25Files(folder).update(store)
        index.refresh()
        assert index.search("soup", 5) == []


def test_bm25_the_words_of_a_deleted_article_leave_the_disk(tmp_path: Path) -> None:
    folder = tmp_path / "lexical"
    with writer_with(tmp_path, CHIPS, article("secret", "Xylophonists.")) as store:
        Bm25Files(folder).update(store)
        put(store, [article("secret", "Nothing.")])
        Bm25Files(folder).update(store)
        assert "xylophonist" in words_on_disk(folder)
        store.articles.delete([article_id("secret")])
        Bm25Files(folder).update(store)
    assert words_on_disk(folder) >= {"semiconductor", "bottleneck"}
    assert "xylophonist" not in words_on_disk(folder)


def test_bm25_passages_that_were_cut_anew_are_found_anew(tmp_path: Path) -> None:
    folder = tmp_path / "lexical"
    with writer_with(tmp_path, CHIPS) as store:
        Bm25Files(folder).update(store)
        passage = store.passages.all()[0]
        halves = [
            type(passage)(f"p-{start}", passage.article_id, passage.content_hash, start, end, f"k-{start}")
            for start, end in ((0, 10), (11, passage.end))
        ]
        store.passages.put("another splitter", {passage.article_id: halves})
        Bm25Files(folder).update(store)
        assert Bm25Files(folder).open().passage_ids() == {"p-0", "p-11"}


def test_bm25_articles_that_were_stored_but_not_cut_are_found_once_they_are(tmp_path: Path) -> None:
    """As when a command is killed in between, and others are ingested before somebody goes on."""
    folder = tmp_path / "lexical"
    with writer_with(tmp_path, CHIPS) as store:
        Bm25Files(folder).update(store)
        put_unsplit(store, [SOUP])
        Bm25Files(folder).update(store)
        split(store)
        Bm25Files(folder).update(store)
        assert found(Bm25Files(folder).open(), "soup", store) == ["soup"]


def test_bm25_an_index_from_another_time_is_mended(tmp_path: Path) -> None:
    folder, other = tmp_path / "lexical", tmp_path / "other"
    with writer_with(tmp_path / "one", CHIPS, SOUP) as store, writer_with(other, CAFE, WHO) as another:
        Bm25Files(folder).update(another)
        assert another.changes.seq() == store.changes.seq()
        Bm25Files(folder).repair(store)
        assert Bm25Files(folder).open().passage_ids() == {passage.id for passage in store.passages.all()}


def test_bm25_one_new_article_is_taken_in_without_a_look_at_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "lexical"
    with writer_with(tmp_path, CHIPS, SOUP) as store:
        Bm25Files(folder).update(store)
        put(store, [CAFE])
        monkeypatch.setattr(store.passages, "all", None)
        Bm25Files(folder).update(store)
        assert sorted(found(Bm25Files(folder).open(), "semiconductors soup cafe", store)) == ["cafe", "chips", "soup"]


def test_bm25_nothing_new_writes_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "lexical"
    with writer_with(tmp_path, CHIPS) as store:
        Bm25Files(folder).update(store)
        before = list(folder.iterdir())
        Bm25Files(folder).update(store)
        assert list(folder.iterdir()) == before


def test_bm25_a_reader_keeps_answering_while_its_files_are_replaced(tmp_path: Path) -> None:
    folder = tmp_path / "lexical"
    with writer_with(tmp_path, CHIPS) as store:
        Bm25Files(folder).update(store)
        index = Bm25Files(folder).open()
        for _ in range(3):
            Bm25Files(folder).rebuild(store)
        assert found(index, "semiconductors", store) == ["chips"]


def test_bm25_memory_disk_and_update_answer_the_same(tmp_path: Path) -> None:
    stories = [article(f"s{n}", f"Story {n} tells of chips, {'soup ' * n}and more.") for n in range(12)]
    with writer_with(tmp_path, *stories[:5]) as store:
        Bm25Files(tmp_path / "updated").update(store)
        put(store, stories[5:])
        Bm25Files(tmp_path / "updated").update(store)
        Bm25Files(tmp_path / "rebuilt").rebuild(store)
        answers = [
            index.search("chips or soup in story 7", 20)
            for index in (
                Bm25Files(tmp_path / "updated").open(),
                Bm25Files(tmp_path / "rebuilt").open(),
                words_in_memory(store),
            )
        ]
    assert answers[0] == answers[1] == answers[2]
    assert len(answers[0]) == 12


def test_bm25_an_empty_store_has_an_empty_index(tmp_path: Path) -> None:
    with open_store_writer(DataFolder(tmp_path)) as store:
        Bm25Files(tmp_path / "lexical").update(store)
        assert Bm25Files(tmp_path / "lexical").open().search("chips", 5) == []
        assert words_in_memory(store).passage_ids() == set()


def test_bm25_there_being_no_index_is_damage_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(WordIndexDamaged, match="assistant rebuild"):
        Bm25Files(tmp_path / "lexical").open()


def words_on_disk(folder: Path) -> set[str]:
    """Every term in the engine's files, those of hidden passages too."""
    (commit,) = folder.iterdir()
    return {term for term, _ in tantivy.Index.open(str(commit)).searcher().terms_with_prefix("words", "")}

from __future__ import annotations

from pathlib import Path

import pytest
import tantivy
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpus.article import article_id
from corpus.store.sqlite import Catalog
from index.errors import LexicalDamaged
from index.words.bm25 import (
    LexicalIndex,
    lexical_in_memory,
    mend_lexical,
    open_lexical,
    rebuild_lexical,
    update_lexical,
)
from tests.index.library import article, put, split, writer_with

CHIPS = article("chips", "The supply of semiconductors is a bottleneck.", title="China on chips")
WHO = article("who", "The WHO warned of a fever.", title="Health")
SOUP = article("soup", "Who cooked this soup? Nobody knows how.", title="Kitchen")
CAFE = article("cafe", "The Café Édith opened.", title="Paris")


def found(lexical: LexicalIndex, question: str, catalog: Catalog) -> list[str]:
    """External ids of the articles found, best first."""
    passages = catalog.passages([id_ for id_, _ in lexical.search(question, 10)])
    articles = catalog.articles({passage.article_id for passage in passages.values()})
    return [
        articles[passages[id_].article_id].external_id for id_, _ in lexical.search(question, 10) if id_ in passages
    ]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("semiconductor", ["chips"]),  # stems: semiconductors
        ("China", ["chips"]),  # the title is indexed too
        ("What did the WHO say?", ["who"]),  # in capitals it is a name
        ("who knows how", ["soup"]),  # question words alone find nothing
        ("who is it and how", []),
        ("cafe edith", ["cafe"]),
        ("", []),
        ("?! ... ()", []),
        ("zebra", []),
    ],
)
def test_words_find_articles(question: str, expected: list[str], tmp_path: Path) -> None:
    with writer_with(tmp_path, CHIPS, WHO, SOUP, CAFE) as catalog:
        assert found(lexical_in_memory(catalog), question, catalog) == expected


@pytest.mark.parametrize(
    "question",
    ["+chips -supply", "words:chips", "chips AND zebra", '"chips', "id:*", "chips^9 zebra~2", "/ch.*/"],
)
def test_query_syntax_in_a_question_is_only_words(question: str, tmp_path: Path) -> None:
    with writer_with(tmp_path, CHIPS, SOUP) as catalog:
        assert found(lexical_in_memory(catalog), question, catalog) in (["chips"], [])
        assert ("chips" in question) == bool(found(lexical_in_memory(catalog), question, catalog))


@pytest.fixture(scope="module")
def small_index(tmp_path_factory: pytest.TempPathFactory) -> LexicalIndex:
    with writer_with(tmp_path_factory.mktemp("data"), CHIPS, SOUP) as catalog:
        return lexical_in_memory(catalog)


@given(st.text(st.characters(), max_size=200))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_is_a_question(small_index: LexicalIndex, question: str) -> None:
    for id_, score in small_index.search(question, 10):
        assert small_index.score(question, [id_])[id_] == pytest.approx(score)


def test_a_question_of_a_megabyte_is_answered_by_its_first_words(small_index: LexicalIndex) -> None:
    noise = " ".join(f"word{number}" for number in range(150_000))
    assert len(noise) > 1_000_000
    assert small_index.search(f"semiconductors {noise}", 5) != []
    assert small_index.search(f"{noise} semiconductors", 5) == []


def test_scores_are_given_for_every_passage_asked_for(tmp_path: Path) -> None:
    with writer_with(tmp_path, CHIPS, SOUP) as catalog:
        lexical = lexical_in_memory(catalog)
        ((chips, score),) = lexical.search("semiconductors", 5)
        soup = catalog.passages_of([SOUP.id])[0].id
        assert lexical.score("semiconductors", [soup, chips, "p-unknown"]) == {
            chips: pytest.approx(score),
            soup: 0.0,
            "p-unknown": 0.0,
        }
        assert lexical.score("?", [soup]) == {soup: 0.0}
        assert lexical.score("semiconductors", []) == {}
        assert lexical.search("semiconductors", 0) == []


def test_a_rare_term_weighs_more_and_an_unknown_one_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "lexical"
    with writer_with(
        tmp_path, CHIPS, article("tea", "Tea and chips."), article("more", "More tea and chips.")
    ) as catalog:
        update_lexical(catalog, folder)
        for round_ in range(5):  # replaced passages stay in the engine's counts
            put(catalog, [article("more", f"More tea and chips, round {round_}.")])
            update_lexical(catalog, folder)
        rarity = open_lexical(folder).rarity(["semiconductor", "tea", "chip", "zebra"])
    assert rarity["semiconductor"] > rarity["tea"] >= rarity["chip"] > 0
    assert "zebra" not in rarity


def test_an_update_adds_replaces_and_takes_away(tmp_path: Path) -> None:
    folder = tmp_path / "lexical"
    with writer_with(tmp_path, CHIPS, SOUP) as catalog:
        update_lexical(catalog, folder)
        lexical = open_lexical(folder)
        assert found(lexical, "bottleneck soup", catalog) == ["chips", "soup"]

        put(catalog, [article("chips", "Wafers are plentiful."), CAFE])
        update_lexical(catalog, folder)
        assert found(lexical, "Paris", catalog) == []
        lexical.refresh()
        assert found(lexical, "Paris", catalog) == ["cafe"]
        assert found(lexical, "wafers", catalog) == ["chips"]
        assert lexical.search("bottleneck", 5) == []
        assert lexical.seq == catalog.seq()

        catalog.delete([SOUP.id])
        update_lexical(catalog, folder)
        lexical.refresh()
        assert lexical.search("soup", 5) == []


def test_the_words_of_a_deleted_article_leave_the_disk(tmp_path: Path) -> None:
    folder = tmp_path / "lexical"
    with writer_with(tmp_path, CHIPS, article("secret", "Xylophonists.")) as catalog:
        update_lexical(catalog, folder)
        put(catalog, [article("secret", "Nothing.")])
        update_lexical(catalog, folder)
        assert "xylophonist" in words_on_disk(folder)
        catalog.delete([article_id("secret")])
        update_lexical(catalog, folder)
    assert words_on_disk(folder) >= {"semiconductor", "bottleneck"}
    assert "xylophonist" not in words_on_disk(folder)


def test_passages_that_were_cut_anew_are_found_anew(tmp_path: Path) -> None:
    folder = tmp_path / "lexical"
    with writer_with(tmp_path, CHIPS) as catalog:
        update_lexical(catalog, folder)
        passage = catalog.all_passages()[0]
        halves = [
            type(passage)(f"p-{start}", passage.article_id, passage.content_hash, start, end, f"k-{start}")
            for start, end in ((0, 10), (11, passage.end))
        ]
        catalog.put_passages("another splitter", {passage.article_id: halves})
        update_lexical(catalog, folder)
        assert open_lexical(folder).passage_ids() == {"p-0", "p-11"}


def test_articles_that_were_stored_but_not_cut_are_found_once_they_are(tmp_path: Path) -> None:
    """As when a command is killed in between, and others are ingested before somebody goes on."""
    folder = tmp_path / "lexical"
    with writer_with(tmp_path, CHIPS) as catalog:
        update_lexical(catalog, folder)
        catalog.put([SOUP])
        update_lexical(catalog, folder)
        split(catalog)
        update_lexical(catalog, folder)
        assert found(open_lexical(folder), "soup", catalog) == ["soup"]


def test_an_index_from_another_time_is_mended(tmp_path: Path) -> None:
    folder, other = tmp_path / "lexical", tmp_path / "other"
    with writer_with(tmp_path / "one", CHIPS, SOUP) as catalog, writer_with(other, CAFE, WHO) as another:
        update_lexical(another, folder)
        assert another.seq() == catalog.seq()
        mend_lexical(catalog, folder)
        assert open_lexical(folder).passage_ids() == {passage.id for passage in catalog.all_passages()}


def test_one_new_article_is_taken_in_without_a_look_at_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "lexical"
    with writer_with(tmp_path, CHIPS, SOUP) as catalog:
        update_lexical(catalog, folder)
        put(catalog, [CAFE])
        monkeypatch.setattr(catalog, "all_passages", None)
        update_lexical(catalog, folder)
        assert found(open_lexical(folder), "semiconductors soup cafe", catalog) == ["cafe", "chips", "soup"]


def test_nothing_new_writes_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "lexical"
    with writer_with(tmp_path, CHIPS) as catalog:
        update_lexical(catalog, folder)
        before = list(folder.iterdir())
        update_lexical(catalog, folder)
        assert list(folder.iterdir()) == before


def test_a_reader_keeps_answering_while_its_files_are_replaced(tmp_path: Path) -> None:
    folder = tmp_path / "lexical"
    with writer_with(tmp_path, CHIPS) as catalog:
        update_lexical(catalog, folder)
        lexical = open_lexical(folder)
        for _ in range(3):
            rebuild_lexical(catalog, folder)
        assert found(lexical, "semiconductors", catalog) == ["chips"]


def test_memory_disk_and_update_answer_the_same(tmp_path: Path) -> None:
    stories = [article(f"s{n}", f"Story {n} tells of chips, {'soup ' * n}and more.") for n in range(12)]
    with writer_with(tmp_path, *stories[:5]) as catalog:
        update_lexical(catalog, tmp_path / "updated")
        put(catalog, stories[5:])
        update_lexical(catalog, tmp_path / "updated")
        rebuild_lexical(catalog, tmp_path / "rebuilt")
        answers = [
            lexical.search("chips or soup in story 7", 20)
            for lexical in (
                open_lexical(tmp_path / "updated"),
                open_lexical(tmp_path / "rebuilt"),
                lexical_in_memory(catalog),
            )
        ]
    assert answers[0] == answers[1] == answers[2]
    assert len(answers[0]) == 12


def test_an_empty_catalog_has_an_empty_index(tmp_path: Path) -> None:
    with Catalog.open_writer(tmp_path) as catalog:
        update_lexical(catalog, tmp_path / "lexical")
        assert open_lexical(tmp_path / "lexical").search("chips", 5) == []
        assert lexical_in_memory(catalog).passage_ids() == set()


def test_there_being_no_index_is_damage_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(LexicalDamaged, match="assistant rebuild"):
        open_lexical(tmp_path / "lexical")


def words_on_disk(folder: Path) -> set[str]:
    """Every term in the engine's files, those of hidden passages too."""
    (commit,) = folder.iterdir()
    return {term for term, _ in tantivy.Index.open(str(commit)).searcher().terms_with_prefix("words", "")}

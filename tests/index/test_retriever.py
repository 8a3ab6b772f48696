"""The retriever over a real store, real words and exact vectors; with Chroma at the end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.article import ArticleFilter
from corpus.store import DataFolder, open_store, open_store_writer
from corpus.store.protocols import Store
from index.fusion import fuse
from index.hit import Scores
from index.live import LiveIndex
from index.retriever import Retriever
from index.vectors.stored_vectors import stored_vectors
from tests.corpus.store.examples import put_unsplit
from tests.index.library import (
    ENCODER,
    OPTIONS,
    article,
    live_name,
    put,
    retriever_over,
    update,
    words_in_memory,
    writer_with,
)
from tests.index.test_candidates import ARTICLES, FILTERS

CHIPS = article(
    "chips",
    "The premier called the supply of semiconductors a bottleneck. He asked for open markets.",
    title="China on chips",
    publisher="Agency",
    published=date(2025, 7, 26),
)
SOUP = article("soup", "Simmer the onions until they are soft.", title="Onion soup", publisher="Kitchen")
TEA = article("tea", "Pour water over the leaves and wait.", title="Tea", published=date(2025, 7, 27))
EVERYTHING = ArticleFilter()


def names(found: Retriever, question: str, wanted: ArticleFilter = EVERYTHING) -> list[str]:
    return [hit.article.external_id for hit in found.retrieve(question, wanted).hits]


def test_retriever_the_passage_that_shares_meaning_and_words_comes_first(tmp_path: Path) -> None:
    with writer_with(tmp_path, SOUP, CHIPS, TEA) as store:
        best = retriever_over(store).retrieve("What is the bottleneck of semiconductors?").hits[0]
    assert best.article == CHIPS
    assert best.text == CHIPS.text[best.passage.start : best.passage.end]
    assert best.score == pytest.approx(1.0)
    assert best.scores.dense > 0
    assert best.scores.lexical > 0


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (ArticleFilter(publisher=("Kitchen",)), ["soup"]),
        (ArticleFilter(publisher=("Kitchen", "Agency")), ["chips", "soup"]),
        (ArticleFilter(publisher=("Nobody",)), []),
        (ArticleFilter(language=("de",)), []),
        (ArticleFilter(published_from=date(2025, 7, 26)), ["chips", "tea"]),
        (ArticleFilter(published_from=date(2025, 7, 27), published_to=date(2025, 7, 27)), ["tea"]),
        (ArticleFilter(published_to=date(2025, 7, 25)), []),
        (ArticleFilter(article_id=(TEA.id,)), ["tea"]),
        (ArticleFilter(article_id=(TEA.id,), publisher=("Agency",)), []),
    ],
)
def test_retriever_filters_keep_what_they_name(wanted: ArticleFilter, expected: list[str], tmp_path: Path) -> None:
    with writer_with(tmp_path, SOUP, CHIPS, TEA) as store:
        assert sorted(names(retriever_over(store), "semiconductors and onions", wanted)) == expected


@pytest.fixture(scope="module")
def sixty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with open_store_writer(DataFolder(tmp_path_factory.mktemp("data"))) as store:
        put(store, ARTICLES)
        yield store


@pytest.fixture(scope="module")
def sixty_retriever(sixty: Store) -> Retriever:
    return retriever_over(sixty)


@given(wanted=FILTERS, number=st.integers(0, 70), limit=st.integers(1, 80))
def test_retriever_a_search_finds_what_comparing_everything_finds(
    sixty: Store, sixty_retriever: Retriever, wanted: ArticleFilter, number: int, limit: int
) -> None:
    question = f"report {number} on chips"
    found = sixty_retriever.retrieve(question, wanted, limit)
    expected = by_brute_force(sixty, question, wanted)[:limit]
    assert [(hit.passage.id, hit.score) for hit in found.hits] == [
        (id_, pytest.approx(score, abs=1e-6)) for id_, score in expected
    ]
    assert all(wanted.matches(hit.article) for hit in found.hits)


def by_brute_force(store: Store, question: str, wanted: ArticleFilter) -> list[tuple[str, float]]:
    passages = [
        passage
        for passage in store.passages.all()
        if wanted.matches(store.articles.get(passage.article_id, passage.content_hash))
    ]
    if not passages:
        return []
    ids, rows = stored_vectors(store, ENCODER.fingerprint, passages)
    cosines = rows @ ENCODER.embed_question(question)
    words = dict(words_in_memory(store).search(question, 1000))
    scores = {id_: Scores(float(cosine), words.get(id_, 0.0)) for id_, cosine in zip(ids, cosines, strict=True)}
    return fuse(scores, OPTIONS.dense_weight)


@pytest.mark.parametrize("question", ["", "   ", "?!", "¿qué dijo China?", "\ud800", "AND (", "chips " * 200_000])
def test_retriever_any_text_is_a_question(question: str, tmp_path: Path) -> None:
    with writer_with(tmp_path, SOUP, CHIPS) as store:
        assert len(retriever_over(store).retrieve(question).hits) == 2


def test_retriever_a_question_asked_again_is_not_embedded_again(tmp_path: Path) -> None:
    with open_store_writer(DataFolder(tmp_path)) as store:
        found = retriever_over(store)
        for _ in range(3):
            found.retrieve("What do ships carry?")
    assert found.remembered_questions() == (2, 1)
    assert not found.question_vector("What do ships carry?").flags.writeable


def test_retriever_an_empty_store_has_no_hits(tmp_path: Path) -> None:
    with open_store_writer(DataFolder(tmp_path)) as store:
        assert retriever_over(store).retrieve("chips").hits == ()


def test_retriever_what_is_deleted_or_replaced_is_not_found_though_the_index_still_holds_it(tmp_path: Path) -> None:
    with writer_with(tmp_path, SOUP, CHIPS, TEA) as store:
        found = retriever_over(store)
        store.articles.delete([CHIPS.id])
        put(store, [article("soup", "Bake the bread.", title="Bread")])
        assert names(found, "semiconductors and onions and tea") == ["tea"]


def test_retriever_copies_are_listed_with_the_best_and_leave_room_for_others(tmp_path: Path) -> None:
    copies = [article(f"copy{number}", CHIPS.text, title="China on chips") for number in range(30)]
    with writer_with(tmp_path, *copies, CHIPS, SOUP, TEA) as store:
        hits = retriever_over(store).retrieve("semiconductors bottleneck", limit=3).hits
    assert len(hits) == 3
    assert len(hits[0].copies) == 30
    assert {hit.article.external_id for hit in hits[1:]} == {"soup", "tea"}


def test_retriever_a_story_that_everybody_printed_does_not_crowd_out_the_others(tmp_path: Path) -> None:
    copies = [article(f"copy{number}", CHIPS.text, title=f"China on chips, {number}") for number in range(120)]
    others = [article(f"other{number}", f"Semiconductors are scarce in place{number}.") for number in range(3)]
    with writer_with(tmp_path, *copies, *others) as store:
        hits = retriever_over(store, candidates=20).retrieve("semiconductors bottleneck", limit=10).hits
    assert len(hits[0].copies) == 119
    assert {hit.article.external_id for hit in hits[1:]} == {"other0", "other1", "other2"}


def test_retriever_every_hit_has_both_scores_whichever_half_found_it(tmp_path: Path) -> None:
    fillers = [article(f"f{number}", f"Tea and soup, part {number}.") for number in range(30)]
    with writer_with(tmp_path, *fillers, CHIPS) as store:
        found = retriever_over(store, candidates=10)
        question = "tea and soup and the premier"
        hit = next(hit for hit in found.retrieve(question, limit=10).hits if hit.article == CHIPS)
        lexical = words_in_memory(store)
        assert hit.scores.lexical == pytest.approx(lexical.score(question, [hit.passage.id])[hit.passage.id])
        ((_, row),) = zip(*stored_vectors(store, ENCODER.fingerprint, [hit.passage]), strict=True)
        assert hit.scores.dense == pytest.approx(float(row @ ENCODER.embed_question(question)), abs=1e-6)


def test_retriever_a_search_over_chroma_finds_what_an_exact_search_finds(tmp_path: Path) -> None:
    with open_store_writer(DataFolder(tmp_path)) as store:
        put_unsplit(store, [*ARTICLES, CHIPS, SOUP, TEA])
        update(store, DataFolder(tmp_path))
        with LiveIndex(store, DataFolder(tmp_path), ENCODER.fingerprint) as live:
            # Most passages are equally far from the question: with fewer candidates, any of them may be left out.
            everything = replace(OPTIONS, candidates=100)  # as `retriever_over` takes
            over_chroma = Retriever(store, ENCODER, live, everything).retrieve("semiconductors bottleneck", limit=5)
        exactly = retriever_over(store).retrieve("semiconductors bottleneck", limit=5)
    assert over_chroma.generation == generation_of(tmp_path)
    assert not over_chroma.fallback
    assert over_chroma.hits == exactly.hits


def generation_of(data: Path) -> str | None:
    with open_store(DataFolder(data)) as store:
        return live_name(store)


def test_retriever_what_is_purged_after_it_was_found_is_left_out_of_what_is_read(tmp_path: Path) -> None:
    with writer_with(tmp_path, SOUP, CHIPS) as store:
        found = retriever_over(store)
        hits = found.retrieve("semiconductors and onions").hits
        store.articles.delete([SOUP.id])
        assert list(found.sentence_vectors(hits)) == [hit.passage.id for hit in hits if hit.article == CHIPS]

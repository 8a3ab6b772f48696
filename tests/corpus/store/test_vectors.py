from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from corpus.article import Article
from corpus.store.protocols import Store
from tests.corpus.store.examples import article, passage, put_unsplit

FERRY = article("ferry", "The ferry keeps to its timetable.")
CRANES = article("cranes", "Two of the three cranes have failed.")
ONES = np.ones((1, 3), dtype=np.float32)


def put_split(store: Store, *articles: Article) -> None:
    put_unsplit(store, articles)
    store.passages.put("splitter", {each.id: [passage(each)] for each in articles})


def embed(store: Store, articles: Sequence[Article], encoder: str = "e") -> None:
    keys = [passage(each).vector_key for each in articles]
    store.vectors.put(encoder, keys, np.repeat(ONES, len(keys), axis=0))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
@given(
    vectors=npst.arrays(
        np.float32,
        st.tuples(st.integers(0, 5), st.just(4)),
        elements=st.floats(-1, 1, width=32, allow_subnormal=False),
    )
)
def test_vectors_come_back_rounded_to_half_precision(store: Store, vectors: np.ndarray) -> None:
    keys = [f"key {number}" for number in range(len(vectors))]
    store.vectors.put("e", keys, vectors)
    found = store.vectors.get("e", keys)
    assert sorted(found) == sorted(keys)
    for key, vector in zip(keys, vectors, strict=True):
        assert found[key].dtype == np.float32
        # Half precision has 11 significant bits, and steps of 6e-8 near zero.
        np.testing.assert_allclose(found[key], vector, rtol=2**-11, atol=6e-8)


def test_vectors_the_same_encoder_finds_its_own_vectors_only(store: Store) -> None:
    store.vectors.put("e", ["a"], ONES)
    store.vectors.put("f", ["a", "b"], np.zeros((2, 5), dtype=np.float32))
    assert store.vectors.get("e", ["a", "b"]).keys() == {"a"}
    assert store.vectors.get("f", ["a", "b"])["b"].shape == (5,)
    assert store.vectors.get("g", ["a", "b"]) == {}
    assert store.vectors.encoders() == ["e", "f"]


def test_vector_that_is_put_again_replaces_the_first(store: Store) -> None:
    store.vectors.put("e", ["a"], ONES)
    store.vectors.put("e", ["a"], ONES * 0.5)
    np.testing.assert_array_equal(store.vectors.get("e", ["a"])["a"], ONES[0] * 0.5)


def test_vectors_keys_and_vectors_must_be_as_many(store: Store) -> None:
    with pytest.raises(ValueError, match="zip"):
        store.vectors.put("e", ["a", "b"], ONES)
    assert store.vectors.get("e", ["a", "b"]) == {}


def test_vectors_sentences_have_vectors_of_their_own(store: Store) -> None:
    sentences = [np.zeros((2, 3), dtype=np.float32), np.zeros((0, 3), dtype=np.float32)]
    store.vectors.put("e", ["a", "b"], np.repeat(ONES, 2, axis=0), sentences)
    found = store.vectors.get_sentences("e", ["a", "b"])
    assert (found["a"].shape, found["b"].shape) == ((2, 3), (0, 3))


def test_vectors_what_has_no_vector_of_this_encoder_is_named(store: Store) -> None:
    put_split(store, FERRY, CRANES)
    embed(store, [FERRY])
    assert store.passages.without_vector("e") == [passage(CRANES)]
    assert store.passages.without_vector("f") == [passage(FERRY), passage(CRANES)]


def test_vectors_an_unchanged_passage_of_an_updated_article_keeps_its_vector(store: Store) -> None:
    longer = article("ferry", f"{FERRY.text} It is never late.")
    put_split(store, FERRY, CRANES)
    embed(store, [FERRY, CRANES])
    put_unsplit(store, [longer])
    store.articles.delete([CRANES.id])  # purges vectors that nothing needs, before the new text is split
    store.passages.put("splitter", {longer.id: [passage(longer)]})
    assert store.passages.without_vector("e") == []


def test_vectors_a_deleted_article_leaves_no_vector_that_is_not_needed_elsewhere(store: Store) -> None:
    again = article("again", "The f-word")  # begins like the ferry's article
    put_split(store, FERRY, CRANES, again)
    embed(store, [FERRY, CRANES])
    store.articles.delete([FERRY.id, CRANES.id])
    assert store.vectors.get("e", [passage(FERRY).vector_key, passage(CRANES).vector_key]).keys() == {
        passage(again).vector_key
    }


def test_vectors_an_encoder_is_forgotten_with_its_last_vector(store: Store) -> None:
    put_split(store, FERRY)
    embed(store, [FERRY])
    store.articles.delete([FERRY.id])
    assert store.vectors.encoders() == []

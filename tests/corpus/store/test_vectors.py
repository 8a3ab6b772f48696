from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from corpus.article import Article
from corpus.store.sqlite import Catalog
from tests.corpus.store.examples import article, passage

FERRY = article("ferry", "The ferry keeps to its timetable.")
CRANES = article("cranes", "Two of the three cranes have failed.")
ONES = np.ones((1, 3), dtype=np.float32)


def put_split(catalog: Catalog, *articles: Article) -> None:
    catalog.put(articles)
    catalog.put_passages("splitter", {each.id: [passage(each)] for each in articles})


def embed(catalog: Catalog, articles: Sequence[Article], encoder: str = "e") -> None:
    keys = [passage(each).vector_key for each in articles]
    catalog.put_vectors(encoder, keys, np.repeat(ONES, len(keys), axis=0))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
@given(
    vectors=npst.arrays(
        np.float32,
        st.tuples(st.integers(0, 5), st.just(4)),
        elements=st.floats(-1, 1, width=32, allow_subnormal=False),
    )
)
def test_vectors_come_back_rounded_to_half_precision(catalog: Catalog, vectors: np.ndarray) -> None:
    keys = [f"key {number}" for number in range(len(vectors))]
    catalog.put_vectors("e", keys, vectors)
    found = catalog.vectors("e", keys)
    assert sorted(found) == sorted(keys)
    for key, vector in zip(keys, vectors, strict=True):
        assert found[key].dtype == np.float32
        # Half precision has 11 significant bits, and steps of 6e-8 near zero.
        np.testing.assert_allclose(found[key], vector, rtol=2**-11, atol=6e-8)


def test_the_same_encoder_finds_its_own_vectors_only(catalog: Catalog) -> None:
    catalog.put_vectors("e", ["a"], ONES)
    catalog.put_vectors("f", ["a", "b"], np.zeros((2, 5), dtype=np.float32))
    assert catalog.vectors("e", ["a", "b"]).keys() == {"a"}
    assert catalog.vectors("f", ["a", "b"])["b"].shape == (5,)
    assert catalog.vectors("g", ["a", "b"]) == {}
    assert catalog.encoder_fingerprints() == ["e", "f"]


def test_a_vector_that_is_put_again_replaces_the_first(catalog: Catalog) -> None:
    catalog.put_vectors("e", ["a"], ONES)
    catalog.put_vectors("e", ["a"], ONES * 0.5)
    np.testing.assert_array_equal(catalog.vectors("e", ["a"])["a"], ONES[0] * 0.5)


def test_keys_and_vectors_must_be_as_many(catalog: Catalog) -> None:
    with pytest.raises(ValueError, match="zip"):
        catalog.put_vectors("e", ["a", "b"], ONES)
    assert catalog.vectors("e", ["a", "b"]) == {}


def test_sentences_have_vectors_of_their_own(catalog: Catalog) -> None:
    sentences = [np.zeros((2, 3), dtype=np.float32), np.zeros((0, 3), dtype=np.float32)]
    catalog.put_vectors("e", ["a", "b"], np.repeat(ONES, 2, axis=0), sentences)
    found = catalog.sentence_vectors("e", ["a", "b"])
    assert (found["a"].shape, found["b"].shape) == ((2, 3), (0, 3))


def test_what_has_no_vector_of_this_encoder_is_named(catalog: Catalog) -> None:
    put_split(catalog, FERRY, CRANES)
    embed(catalog, [FERRY])
    assert catalog.passages_without_vector("e") == [passage(CRANES)]
    assert catalog.passages_without_vector("f") == [passage(FERRY), passage(CRANES)]


def test_an_unchanged_passage_of_an_updated_article_keeps_its_vector(catalog: Catalog) -> None:
    longer = article("ferry", f"{FERRY.text} It is never late.")
    put_split(catalog, FERRY, CRANES)
    embed(catalog, [FERRY, CRANES])
    catalog.put([longer])
    catalog.delete([CRANES.id])  # purges vectors that nothing needs, before the new text is split
    catalog.put_passages("splitter", {longer.id: [passage(longer)]})
    assert catalog.passages_without_vector("e") == []


def test_a_deleted_article_leaves_no_vector_that_is_not_needed_elsewhere(catalog: Catalog) -> None:
    again = article("again", "The f-word")  # begins like the ferry's article
    put_split(catalog, FERRY, CRANES, again)
    embed(catalog, [FERRY, CRANES])
    catalog.delete([FERRY.id, CRANES.id])
    assert catalog.vectors("e", [passage(FERRY).vector_key, passage(CRANES).vector_key]).keys() == {
        passage(again).vector_key
    }


def test_an_encoder_is_forgotten_with_its_last_vector(catalog: Catalog) -> None:
    put_split(catalog, FERRY)
    embed(catalog, [FERRY])
    catalog.delete([FERRY.id])
    assert catalog.encoder_fingerprints() == []

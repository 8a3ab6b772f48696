from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from index.encoders.default_encoder import default_folder
from index.encoders.load import load_encoder
from index.errors import EncoderUnavailable


def test_sentence_transformer_the_fingerprint_follows_the_files_of_the_model(tmp_path: Path) -> None:
    def fingerprint(weights: bytes) -> str:
        (tmp_path / "model.safetensors").write_bytes(weights)
        return load_encoder(str(tmp_path)).fingerprint

    assert fingerprint(b"one") == fingerprint(b"one")
    assert fingerprint(b"one") != fingerprint(b"two")
    before = fingerprint(b"one")
    (tmp_path / "README.md").write_text("cannot change a vector")
    assert fingerprint(b"one") == before


def test_sentence_transformer_a_copied_model_is_the_same_encoder(tmp_path: Path) -> None:
    copy = tmp_path / "elsewhere"
    shutil.copytree(default_folder(), copy)
    assert load_encoder(str(copy)).fingerprint == load_encoder(str(default_folder())).fingerprint


def test_sentence_transformer_a_folder_that_is_no_model_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(EncoderUnavailable, match="empty"):
        load_encoder(str(tmp_path))
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(EncoderUnavailable, match=str(tmp_path)):
        load_encoder(str(tmp_path)).embed_question("hello")


def test_sentence_transformer_a_name_that_is_no_model_is_refused_with_what_to_do() -> None:
    with pytest.raises(EncoderUnavailable, match=r"'not a model name'.*check its name"):
        load_encoder("not a model name")

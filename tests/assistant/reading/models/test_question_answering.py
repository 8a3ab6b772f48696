"""A question-answering model of the user's own: here a tiny one with random weights, saved and loaded as any other."""

from pathlib import Path
from shutil import copytree

import pytest

from assistant.errors import ReadingModelUnavailable
from assistant.reading.models.load import load_reading_model
from assistant.reading.models.packaged import PackagedModel

WORDS = "[PAD] [UNK] [CLS] [SEP] [MASK] who built the bridge ida brandt in 1871 . ?".split()
PASSAGE = "Ida Brandt built the bridge in 1871."


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("model")
    from transformers import BertConfig, BertForQuestionAnswering, BertTokenizerFast  # ten seconds, of this file alone

    (folder / "vocab.txt").write_text("\n".join(WORDS), encoding="utf-8")
    BertTokenizerFast(vocab=str(folder / "vocab.txt")).save_pretrained(folder)
    config = BertConfig(
        vocab_size=len(WORDS),
        hidden_size=8,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=16,
        max_position_embeddings=64,
    )
    BertForQuestionAnswering(config).save_pretrained(folder)
    return folder


def test_question_answering_a_model_in_a_folder_reads_passages(folder: Path) -> None:
    readings = load_reading_model(str(folder)).read("Who built the bridge?", [("", PASSAGE), ("Title", PASSAGE)])
    for reading in readings:
        assert (reading.tokens[0, 0], reading.tokens[-1, 1]) == (0, len(PASSAGE))
        span = reading.best_span(0, len(PASSAGE))
        assert span is not None
        assert reading.answers == pytest.approx(span.score)


def test_question_answering_fingerprint_names_the_model_and_not_its_place(folder: Path, tmp_path: Path) -> None:
    moved, other = tmp_path / "moved", tmp_path / "other"
    copytree(folder, moved)
    copytree(folder, other)
    import torch
    from transformers import BertForQuestionAnswering

    changed = BertForQuestionAnswering.from_pretrained(folder)
    with torch.no_grad():
        changed.qa_outputs.bias += 1
    changed.save_pretrained(other)
    fingerprint = load_reading_model(str(folder)).fingerprint
    assert load_reading_model(str(moved)).fingerprint == fingerprint
    assert load_reading_model(str(other)).fingerprint != fingerprint


def test_question_answering_any_question_and_title_leave_room_for_the_passage(folder: Path) -> None:
    model = load_reading_model(str(folder))
    for question in ("Who built the bridge? " * 90, "谁" * 2000, "who \ud800 built"):
        (reading,) = model.read(question, [("Ida Brandt " * 3, PASSAGE)])
        assert reading.tokens[0, 0] == 0


def test_question_answering_a_folder_without_a_model_is_an_error_that_says_what_to_name(tmp_path: Path) -> None:
    with pytest.raises(ReadingModelUnavailable, match="name `default`"):
        load_reading_model(str(tmp_path))


def test_question_answering_the_default_is_the_packaged_model() -> None:
    assert isinstance(load_reading_model(), PackagedModel)

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.evaluation.errors import BadPredictions
from assistant.evaluation.predictions import (
    Prediction,
    PredictionStatus,
    append_prediction,
    read_predictions,
    resume_predictions,
)
from tests.assistant.evaluation.builders import cited, found, predicted

FULL = predicted(
    answer="Li Qiang spoke.",
    status="partial",
    short="Li Qiang",
    confidence=0.25,
    citations=[cited("Li Qiang spoke.", start=3, answer_start=0, answer_end=15)],
    retrieved=[{**found("d1")[0], "start": 0, "end": 40, "copies": ["d2"]}],
    timings_ms={"total": 12.5},
    without_history={"id": "q1", "status": "no_answer"},
)


def written(folder: Path, *predictions: Prediction) -> Path:
    file = folder / "predictions.jsonl"
    with file.open("a", encoding="utf-8") as lines:
        for prediction in predictions:
            append_prediction(lines, prediction)
    return file


def test_predictions_what_is_written_is_read(tmp_path: Path) -> None:
    assert read_predictions(written(tmp_path, FULL)) == {"q1": FULL}


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_predictions_any_answer_survives(tmp_path_factory: pytest.TempPathFactory, answer: str) -> None:
    file = written(tmp_path_factory.mktemp("run"), predicted(answer=answer))

    assert read_predictions(file)["q1"].answer == answer


@pytest.mark.parametrize(
    ("line", "status"),
    [
        ('{"id": "q1", "answer": "13"}', PredictionStatus.ANSWERED),
        ('{"id": "q1"}', PredictionStatus.NO_ANSWER),
        ('{"id": "q1", "status": "no_answer", "answer": "I do not know."}', PredictionStatus.NO_ANSWER),
    ],
)
def test_predictions_other_systems_may_leave_the_status_out(
    tmp_path: Path, line: str, status: PredictionStatus
) -> None:
    (tmp_path / "other.jsonl").write_text(line)

    assert read_predictions(tmp_path / "other.jsonl")["q1"].status is status


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{}", "line 1: id: Field required"),
        ('{"id": "q1"}\nno', "line 2 is not JSON"),
        ('{"id": "q1"}\n{"id": "q1"}', "line 2: there is a prediction for q1 already"),
        ('{"id": "q1", "confidence": 1.5}', "confidence: Input should be less than or equal to 1"),
        ('{"id": "q1", "confidence": NaN}', "line 1 holds NaN, which is no JSON"),
        ('{"id": "q1", "citations": [{"doc_id": "d", "start": -1, "end": 2}]}', "citations.0.start"),
    ],
)
def test_predictions_what_is_no_prediction_is_named_by_its_line(tmp_path: Path, text: str, reason: str) -> None:
    (tmp_path / "bad.jsonl").write_text(text)

    with pytest.raises(BadPredictions, match=reason):
        read_predictions(tmp_path / "bad.jsonl")


def test_predictions_a_run_that_was_killed_while_writing_loses_only_the_line_that_was_cut(tmp_path: Path) -> None:
    file = written(tmp_path, predicted("q1", "one"), predicted("q2", "two"))
    file.write_bytes(file.read_bytes()[:-7])

    assert list(resume_predictions(file)) == ["q1"]

    written(tmp_path, predicted("q2", "two"))
    assert {id_: one.answer for id_, one in read_predictions(file).items()} == {"q1": "one", "q2": "two"}


def test_predictions_a_run_that_has_not_begun_has_no_predictions(tmp_path: Path) -> None:
    assert resume_predictions(tmp_path / "predictions.jsonl") == {}

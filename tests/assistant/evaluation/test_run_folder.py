from __future__ import annotations

from pathlib import Path

import pytest

from assistant.evaluation.errors import BadPredictions, RunMismatch
from assistant.evaluation.gold import Gold
from assistant.evaluation.predictions import append_prediction
from assistant.evaluation.run_folder import (
    PREDICTIONS,
    RunRecord,
    close_run,
    default_folder,
    load_run,
    new_record,
    open_run,
)
from tests.assistant.evaluation.builders import gold, predicted, scored

GOLD = Gold("mine", (gold("q1", answers=["Li\u2028"], type="date"), gold("q2", grades={"a": 1})))
SYSTEM = {"asked": "this process"}


def finished(folder: Path) -> RunRecord:
    record = open_run(folder, new_record(GOLD, SYSTEM), GOLD.questions)
    predictions = [predicted("q1", "Li"), predicted("q2")]
    with (folder / PREDICTIONS).open("a") as lines:
        for prediction in predictions:
            append_prediction(lines, prediction)
    close_run(folder, record, scored(list(GOLD.questions), predictions), {})
    return record


def test_a_finished_run_can_be_read_again(tmp_path: Path) -> None:
    finished(tmp_path / "run")

    run = load_run(tmp_path / "run")

    assert (run.name, run.questions, list(run.predictions)) == ("run", GOLD.questions, ["q1", "q2"])
    assert list(run.scores) == scored(list(GOLD.questions), list(run.predictions.values()))


def test_a_finished_run_is_never_overwritten(tmp_path: Path) -> None:
    record = finished(tmp_path)

    with pytest.raises(RunMismatch, match="holds a finished run"):
        open_run(tmp_path, record, GOLD.questions)


def test_a_stopped_run_goes_on(tmp_path: Path) -> None:
    record = open_run(tmp_path, new_record(GOLD, SYSTEM), GOLD.questions)

    assert open_run(tmp_path, new_record(GOLD, SYSTEM), GOLD.questions) == record


@pytest.mark.parametrize(
    ("other", "system"), [(GOLD, {"asked": "another"}), (Gold("mine", GOLD.questions[:1]), SYSTEM)]
)
def test_a_stopped_run_of_something_else_does_not_go_on(tmp_path: Path, other: Gold, system: dict[str, str]) -> None:
    open_run(tmp_path, new_record(GOLD, SYSTEM), GOLD.questions)

    with pytest.raises(RunMismatch, match="other questions or another system"):
        open_run(tmp_path, new_record(other, system), other.questions)


def test_without_a_folder_the_newest_stopped_run_goes_on_or_a_new_one_begins(tmp_path: Path) -> None:
    record = new_record(GOLD, SYSTEM)
    first = default_folder(tmp_path, record)

    open_run(first, record, GOLD.questions)
    open_run(tmp_path / "other", new_record(GOLD, {"asked": "another"}), GOLD.questions)

    assert first.name.startswith("mine-20")
    assert default_folder(tmp_path, record) == first


def test_an_unfinished_run_cannot_be_compared(tmp_path: Path) -> None:
    open_run(tmp_path, new_record(GOLD, SYSTEM), GOLD.questions)

    with pytest.raises(BadPredictions, match="no finished run"):
        load_run(tmp_path)


@pytest.mark.parametrize("file", ["scores.jsonl", "run.json"])
def test_a_damaged_run_is_told(tmp_path: Path, file: str) -> None:
    finished(tmp_path)
    (tmp_path / file).write_text("{")

    with pytest.raises(BadPredictions, match="damaged"):
        load_run(tmp_path)

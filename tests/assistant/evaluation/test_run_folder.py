from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from assistant.evaluation.errors import BadPredictions, RunMismatch
from assistant.evaluation.gold import Gold
from assistant.evaluation.predictions import append_prediction
from assistant.evaluation.run_folder import (
    PREDICTIONS,
    RunRecord,
    close_run,
    load_run,
    new_record,
    opened_run,
)
from assistant.evaluation.scoring import QuestionScores
from tests.assistant.evaluation.builders import gold, predicted, scored

GOLD = Gold("mine", (gold("q1", answers=["Li\u2028"], type="date"), gold("q2", grades={"a": 1})))
SYSTEM = {"asked": "this process"}


def begun(parent: Path, out: Path | None = None, started: RunRecord | None = None, of: Gold = GOLD) -> Path:
    """The folder of a run that was stopped before it asked anything."""
    with opened_run(out, parent, started or new_record(of, SYSTEM), of.questions) as (folder, _):
        return folder


def finished(out: Path) -> RunRecord:
    with opened_run(out, out.parent, new_record(GOLD, SYSTEM), GOLD.questions) as (folder, record):
        predictions = [predicted("q1", "Li"), predicted("q2")]
        with (folder / PREDICTIONS).open("a") as lines:
            for prediction in predictions:
                append_prediction(lines, prediction)
        close_run(folder, record, scored(list(GOLD.questions), predictions), {})
    return record


def test_run_folder_a_finished_run_can_be_read_again(tmp_path: Path) -> None:
    finished(tmp_path / "run")

    run = load_run(tmp_path / "run")

    assert (run.name, run.questions, list(run.predictions)) == ("run", GOLD.questions, ["q1", "q2"])
    assert list(run.scores) == scored(list(GOLD.questions), list(run.predictions.values()))


def test_run_folder_a_finished_run_is_never_overwritten(tmp_path: Path) -> None:
    finished(tmp_path)

    with pytest.raises(RunMismatch, match="holds a finished run"):
        begun(tmp_path, out=tmp_path)


def test_run_folder_a_stopped_run_goes_on(tmp_path: Path) -> None:
    first = new_record(GOLD, SYSTEM).model_copy(update={"started": datetime(2025, 1, 1, tzinfo=UTC)})
    begun(tmp_path, out=tmp_path / "run", started=first)

    with opened_run(tmp_path / "run", tmp_path, new_record(GOLD, SYSTEM), GOLD.questions) as (_, record):
        assert record == first


@pytest.mark.parametrize(
    ("other", "system"), [(GOLD, {"asked": "another"}), (Gold("mine", GOLD.questions[:1]), SYSTEM)]
)
def test_run_folder_a_stopped_run_of_something_else_does_not_go_on(
    tmp_path: Path, other: Gold, system: dict[str, str]
) -> None:
    begun(tmp_path, out=tmp_path)

    with pytest.raises(RunMismatch, match="other questions or another system"):
        begun(tmp_path, out=tmp_path, started=new_record(other, system), of=other)


def test_run_folder_without_a_folder_the_newest_stopped_run_goes_on_or_a_new_one_begins(tmp_path: Path) -> None:
    first = begun(tmp_path)
    begun(tmp_path, out=tmp_path / "other", started=new_record(GOLD, {"asked": "another"}))

    assert first.name.startswith("mine-20")
    assert begun(tmp_path) == first


def test_run_folder_runs_of_the_same_kind_at_once_have_a_folder_each(tmp_path: Path) -> None:
    record = new_record(GOLD, SYSTEM)
    with (
        opened_run(None, tmp_path, record, GOLD.questions) as (one, _),
        opened_run(None, tmp_path, record, GOLD.questions) as (other, _),
    ):
        assert (other.parent, other.name) == (one.parent, f"{one.name}-2")
        with pytest.raises(RunMismatch, match="is in use by a run that is going on"):
            begun(tmp_path, out=one)


@pytest.mark.parametrize("content", ["", "{", "[]", "{}"])
def test_run_folder_a_damaged_record_keeps_no_other_run_from_beginning(tmp_path: Path, content: str) -> None:
    (tmp_path / "damaged").mkdir()
    (tmp_path / "damaged" / "run.json").write_text(content)

    assert begun(tmp_path).name.startswith("mine-20")


def test_run_folder_a_record_is_whole_while_it_is_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = begun(tmp_path)

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("assistant.evaluation.run_folder.move_durably", killed)
    with pytest.raises(KeyboardInterrupt):
        close_run(folder, new_record(GOLD, SYSTEM), [], {})

    assert begun(tmp_path) == folder


def test_run_folder_an_unfinished_run_cannot_be_compared(tmp_path: Path) -> None:
    begun(tmp_path, out=tmp_path)

    with pytest.raises(BadPredictions, match="no finished run"):
        load_run(tmp_path)


def test_run_folder_which_nuggets_are_told_is_kept_and_not_known_of_older_runs(tmp_path: Path) -> None:
    scores = [QuestionScores("q1", {"nuggets.vital": 0.5}, {"right": "nothing was answered"}, [True, False])]
    with opened_run(tmp_path, tmp_path, new_record(GOLD, SYSTEM), GOLD.questions) as (folder, record):
        (folder / PREDICTIONS).touch()
        close_run(folder, record, scores, {})

    assert load_run(tmp_path).scores == scores

    file = tmp_path / "scores.jsonl"
    file.write_text(file.read_text().replace(', "told": [true, false]', ""))
    assert load_run(tmp_path).scores[0].told == ()


@pytest.mark.parametrize("file", ["scores.jsonl", "run.json"])
def test_run_folder_a_damaged_run_is_told(tmp_path: Path, file: str) -> None:
    finished(tmp_path)
    (tmp_path / file).write_text("{")

    with pytest.raises(BadPredictions, match="damaged"):
        load_run(tmp_path)
